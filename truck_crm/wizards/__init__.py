from . import base_partner_merge
from . import truck_personal_erase
