from . import test_story, test_users
