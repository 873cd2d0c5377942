from . import truck_greeting
from . import truck_greeting_sent
