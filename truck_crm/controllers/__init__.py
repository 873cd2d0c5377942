from . import complaint_form
from . import complaint_portal
from . import complaint_web
from . import solution_portal
