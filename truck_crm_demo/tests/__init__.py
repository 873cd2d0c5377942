from . import test_customers, test_dealers, test_story, test_users
