from . import test_truck_personal_access_log
from . import test_truck_personal_erase
from . import test_truck_personal_merge
from . import test_truck_personal_profile
from . import test_truck_personal_security
