from . import (
    test_complaints,
    test_contacts,
    test_customers,
    test_dealers,
    test_grades,
    test_story,
    test_users,
)
