"""What becomes of the trucks once they have left: plates, colours, kilometres."""

from datetime import timedelta

COLOURS = ("中国红", "珍珠白", "极光蓝", "琥珀金", "深空灰")
# What a truck runs in a month, in km, by its use.
MONTHLY = {
    "tractor": (8500, 13500),
    "cargo": (6000, 9500),
    "dump": (3800, 6200),
    "mixer": (2600, 4200),
    "special": (4500, 8000),
}
MONTH = 30


class Plates:
    """Hands out plates, each once."""

    def __init__(self, random):
        self._random, self._given = random, set()

    def next(self, place, is_new_energy=False):
        """Return a plate of a place such as 桂B, six characters for new energy."""
        plate = place
        while plate == place or plate in self._given:
            digits = f"{self._random.randrange(100000):05}"
            letter = self._random.choice("ABCDEFGHJKLMNPRSTUVWXYZ")
            if is_new_energy:
                plate = f"{place}{digits}D"
            else:
                plate = place + self._random.choice((digits, letter + digits[1:]))
        self._given.add(plate)
        return plate


def build(stage):
    """Register the own trucks and keep the log of their kilometres."""
    stage.rng = stage.random("vehicles")
    stage.plates = Plates(stage.rng)
    stage.vehicles = stage.env["truck.vehicle"].search(
        [("lot_id", "in", [lot.id for lot in stage.lots.values()])], order="id"
    )
    for vehicle in stage.vehicles:
        _complete(stage, vehicle)
    used = stage.vehicles.filtered("registration_date")
    log = [vals for vehicle in used for vals in _prepare_log(stage, vehicle)]
    _change_odometer(stage, used, log)
    stage.env["truck.vehicle.mileage"].create(log)


def _complete(stage, vehicle):
    """Note what the works know, and the plate once the owner has registered it."""
    engine = vehicle.model_id.engine.split()[1].split(".")[0]
    vals = {
        "production_date": stage.built[vehicle.vin],
        "engine_number": f"{engine}{stage.rng.randrange(10**6, 10**7)}",
        "color": stage.rng.choice(COLOURS),
    }
    registered = _get_registration_day(stage, vehicle)
    if registered:
        place = plate_place(stage, vehicle.owner_id)
        electric = vehicle.model_id.fuel == "electric"
        vals["registration_date"] = registered
        vals["plate"] = stage.plates.next(place, electric)
    vehicle.with_context(tracking_disable=True, truck_history_date=registered).write(
        vals
    )


def _get_registration_day(stage, vehicle):
    """Return when it got its plate; not in a dealer's yard, nor after a return."""
    owner = vehicle.owner_id.truck_dealer_ids
    if not vehicle.owner_id or owner.tier_id.is_reseller:
        return None
    since = stage.sold_on.get(vehicle, vehicle.delivery_date)
    day = since + timedelta(days=stage.rng.randint(2, 12))
    return day if day < stage.today else None


def plate_place(stage, owner):
    """Return the beginning of the plates where ``owner`` is at home."""
    return stage.cities[owner.city]["plate"]


def _prepare_log(stage, vehicle):
    """Return the readings of a truck: at its services, about once a month."""
    least, most = MONTHLY[vehicle.use]
    step = stage.rng.choice((MONTH, MONTH, 2 * MONTH))
    day, odometer = vehicle.registration_date, stage.rng.randint(20, 400)
    log = []
    while True:
        days = step + stage.rng.randint(-6, 6)
        day += timedelta(days=days)
        if day >= stage.today:
            return log
        odometer += round(stage.rng.randint(least, most) * days / MONTH)
        log.append(
            {
                "vehicle_id": vehicle.id,
                "date": day,
                "odometer": odometer,
                "user_id": stage.users["demo_service"].id,
                "note": "定期保养" if log else "首次保养",
            }
        )


def _change_odometer(stage, vehicles, log):
    """Give the truck with the longest log a new odometer halfway."""
    oldest = min(vehicles, key=lambda vehicle: (vehicle.registration_date, vehicle.id))
    readings = [vals for vals in log if vals["vehicle_id"] == oldest.id]
    half = len(readings) // 2
    removed = readings[half]["odometer"]
    readings[half].update(
        is_replaced=True,
        removed_odometer=removed,
        odometer=0,
        note="仪表故障，更换里程表",
    )
    for vals in readings[half + 1 :]:
        vals["odometer"] -= removed
