from . import test_access_matrix
from . import test_translations
from . import test_truck_escalation
from . import test_truck_greeting
