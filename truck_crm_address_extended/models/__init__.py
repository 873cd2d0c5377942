from . import res_partner
from . import truck_territory_area
