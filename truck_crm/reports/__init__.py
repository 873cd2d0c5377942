from . import ir_actions_report
from . import truck_complaint_report
from . import truck_complaint_fault
from . import truck_complaint_monthly
from . import truck_complaint_monthly_xlsx
