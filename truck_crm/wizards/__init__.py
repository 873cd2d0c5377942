from . import base_import_import
from . import base_partner_merge_automatic_wizard
from . import truck_customer_reassign
from . import truck_dealer_terminate
from . import truck_personal_erase
from . import truck_territory_recut
from . import truck_territory_recut_line
from . import truck_territory_recut_move
