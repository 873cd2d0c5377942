from . import truck_complaint_escalation
from . import truck_escalation_level
from . import truck_greeting
from . import truck_greeting_sent
