from . import truck_personal_access_log
from . import truck_birthday_mixin
from . import truck_personal_mixin
from . import truck_personal_event
from . import truck_personal_honour
from . import truck_personal_option
from . import truck_personal_profile
from . import truck_personal_relative
