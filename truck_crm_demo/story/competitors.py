"""Trucks of other makes in the customers' fleets, entered by hand."""

from datetime import timedelta

from odoo.addons.truck_crm.tools import vin as vin_tools

from . import plan
from .stage import rows
from .vehicles import COLOURS, plate_place

TOTAL = 400  # vehicles on file, own ones included
MOST = 4  # of one customer
# Years since a stage was the newest: who runs it bought the truck about then.
AGE = {"4": (9, 12), "5": (5, 8), "6a": (3, 5), "6b": (1, 2)}
YEARLY_KM = 78000


def build(stage):
    """Enter the trucks; a slip of the pen has spoilt the check digit of one."""
    stage.rng = stage.random("competitors")
    makes = rows("competitors")
    vals_list = []
    for number, ref in enumerate(_choose_owners(stage)):
        place = _choose_make(stage, makes, stage.customer_rows[ref]["uses"])
        owner = stage.customers[ref]
        vals_list.append(_prepare_vals(stage, makes[place], place, owner, number))
    vals_list[7]["vin"] = _spoil(vals_list[7]["vin"])
    vehicles = stage.env["truck.vehicle"].create(vals_list)
    stage.env["truck.vehicle.mileage"].create(
        [_prepare_reading(stage, vehicle) for vehicle in vehicles]
    )


def _choose_owners(stage):
    """Return customer numbers, one for each truck; none has more than he says."""
    places = [
        ref
        for ref, row in stage.customer_rows.items()
        for _truck in range(min(MOST, int(row["fleet"]) - int(row["trucks"])))
    ]
    return stage.rng.sample(places, TOTAL - len(stage.vehicles))


def _choose_make(stage, makes, uses):
    """Return the place of a model that does the customer's work, if there is one."""
    fit = [place for place, make in enumerate(makes) if make["use"] in uses.split("|")]
    return stage.rng.choice(fit or range(len(makes)))


def _prepare_vals(stage, row, place, owner, number):
    model = stage.competitor_models[place]
    years = stage.rng.randint(*AGE[row["emission"]])
    bought = stage.today - timedelta(days=365 * years + stage.rng.randrange(300))
    letters = stage.rng.choices("ABCDEFGHJKLMNPRS", k=2)
    descriptor = f"{letters[0]}X{stage.rng.randrange(10)}{letters[1]}4"
    serial = f"{letters[1]}{stage.rng.randrange(10**5):05}{number % 10}"
    text = f"{row['wmi']}{descriptor}0{plan.year_code(bought.year)}{serial}"
    return {
        "vin": plan.with_check_digit(text),
        "model_id": model.id,
        "company_id": stage.company.id,
        "owner_id": owner.id,
        "user_id": owner.user_id.id,
        "plate": stage.plates.next(plate_place(stage, owner)),
        "color": stage.rng.choice(COLOURS),
        "production_date": bought - timedelta(days=stage.rng.randint(20, 90)),
        "sale_date": bought,
        "delivery_date": bought,
        "registration_date": bought + timedelta(days=7),
    }


def _spoil(code):
    """Return the VIN with the check digit one further."""
    place = vin_tools.CHECK_DIGIT_POSITION
    digits = "0123456789X"
    wrong = digits[(digits.index(code[place]) + 1) % len(digits)]
    return code[:place] + wrong + code[place + 1 :]


def _prepare_reading(stage, vehicle):
    """Return the one reading that the salesperson noted on a visit."""
    day = stage.today - timedelta(days=stage.rng.randint(5, 150))
    years = (day - vehicle.registration_date).days / 365
    return {
        "vehicle_id": vehicle.id,
        "date": day,
        "odometer": round(years * YEARLY_KM * stage.rng.uniform(0.7, 1.2), -2),
        "user_id": vehicle.user_id.id,
        "note": "走访时抄表",
    }
