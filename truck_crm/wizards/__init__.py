from . import base_partner_merge
from . import truck_dealer_terminate
