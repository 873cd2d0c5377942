"""How a complaint went, from the first word to the lesson: all of its values.

What people complain about stands in ``data/complaints.csv``. Nothing is stored here.
"""

from datetime import timedelta

from odoo.fields import Command
from odoo.tools import plaintext2html

from .desk import category
from .past import moment
from .stage import rows

HOUR = 3600
KINDS = ("listen", "act", "concentrate", "evaluate", "coordinate", "summarise")
# Working hours to the first answer and to the solution, by severity.
LIMITS = {"normal": (4, 40), "raised": (2, 24), "major": (0.5, 16)}
CHANNELS = ("phone", "phone", "phone", "phone", "visit", "mail", "web", "portal", "api")
# What belongs to which people: the trucks, the workshops, the business.
GROUPS = {
    "service": ("service_", "parts_", "staff_", "other"),
    "deal": ("delivery_", "sales_", "finance_"),
}
# What it costs to make good, in yuan.
COSTS = {"quality": (300, 9000), "service": (0, 4500), "deal": (0, 12000)}
SATISFACTION = ("5", "5", "4", "4", "4", "4", "3", "3", "2", "1", False, False)


def get_group(row):
    """Return which texts fit a kind of complaint: quality, service or deal."""
    for group, beginnings in GROUPS.items():
        if row["category"].startswith(beginnings):
            return group
    return "quality"


class Book:
    """What the service desk looks things up in: topics, trucks, hours, words."""

    def __init__(self, stage):
        self.stage, self.rng = stage, stage.rng
        self.topics = {row["key"]: row for row in rows("complaints")}
        self.words, self.actions = {}, {}
        for row in rows("complaint_steps"):
            key = (row["group"], row["kind"])
            self.words.setdefault(key, []).append(row["evidence"])
        for row in rows("complaint_promises"):
            self.actions.setdefault(row["group"], []).append(row["action"])
        self.now = stage.now
        self.work = stage.hours._truck_get_working_time(
            stage.company, stage.now - timedelta(days=400), stage.now
        )
        vehicles = stage.env["truck.vehicle"].search(
            [
                ("company_id", "=", stage.company.id),
                ("is_own", "=", True),
                ("state", "=", "in_use"),
                ("registration_date", "!=", False),
            ],
            order="id",
        )
        self.vehicles = list(vehicles)
        self.seldom = {}  # nobody complains every week

    def pick_vehicle(self, topic, day, customer=None):
        """Return a truck that can have a trouble on a day; the less plagued first."""
        uses, fuels = topic["uses"].split("|"), topic["fuels"].split("|")
        fitting = [
            vehicle
            for vehicle in self.vehicles
            if vehicle.use in uses
            and vehicle.model_id.fuel in fuels
            and self._is_time(topic, vehicle, day)
            and (not customer or get_customer(vehicle) == customer)
        ]
        if not fitting:
            return None
        few = self.rng.sample(fitting, min(4, len(fitting)))
        vehicle = min(few, key=lambda v: self.seldom.get(v, 0))
        self.seldom[vehicle] = self.seldom.get(vehicle, 0) + 1
        return vehicle

    @staticmethod
    def _is_time(topic, vehicle, day):
        """Tell whether the truck is awaited on a day, or on the road, by the topic."""
        delivery = vehicle.delivery_date
        if topic["category"] == "delivery_late":
            ordered = vehicle.sale_date or delivery
            return ordered + timedelta(days=8) < day <= delivery
        return max(delivery + timedelta(days=12), vehicle.registration_date) < day

    def later(self, start, hours):
        """Return the moment so many working hours after another."""
        return self.work.add(start, hours * HOUR).replace(microsecond=0)

    def word(self, group, kind):
        return self.rng.choice(self.words[group, kind])


def get_customer(vehicle):
    """Return who complains about a truck."""
    return (vehicle.operator_id or vehicle.owner_id).commercial_partner_id


class Case:
    """A complaint: of what, whose, when, and how it went.

    :ivar topic: a row of ``data/complaints.csv``
    :ivar vals: values of the complaint
    :ivar opened, answered, solved, closed: moments, as far as it has come
    :ivar owner: a user
    """

    def __init__(self, book, key, opened, vehicle=None, partner=None):
        self.book, self.rng, self.opened = book, book.rng, opened
        self.topic, self.vehicle = book.topics[key], vehicle
        self.group = get_group(self.topic)
        self.severity = self.topic["severity"] or "normal"
        self.partner = partner or get_customer(vehicle)
        self.answered = self.solved = self.closed = None
        self.owner = self._pick_owner()
        self.promises = []
        self.vals = {**self._prepare_facts(), **self._prepare_people()}

    # ------------------------------------------------------------
    # WHAT AND WHOSE
    # ------------------------------------------------------------

    def _pick_owner(self):
        users = self.book.stage.users
        if self.topic["category"].startswith("staff"):
            return users["demo_gm"]
        if self.group == "deal" and self.rng.random() < 0.7:
            return self.partner.user_id or users["demo_manager"]
        share = 0.25 if self.topic["category"].startswith("parts") else 0.6
        is_chief = self.rng.random() < share
        return users["demo_service" if is_chief else "demo_service2"]

    def _prepare_facts(self):
        topic, stage, vehicle = self.topic, self.book.stage, self.vehicle
        mileage = vehicle and get_mileage(vehicle, self.opened.date())
        dealer = self.partner.truck_dealer_id or (vehicle and vehicle.dealer_id)
        text = topic["description"].format(
            plate=vehicle.plate if vehicle else "",
            km=f"{int(mileage or 0):,}",
            city=self.partner.city or "",
            dealer=dealer.name if dealer else "服务站",
        )
        is_about_truck = vehicle and "{plate}" in topic["description"]
        order = vehicle and self.group == "deal" and vehicle.sale_id
        if order and order.partner_id.commercial_partner_id != self.partner:
            order = None
        return {
            "subject": topic["subject"],
            "description": plaintext2html(text),
            "company_id": stage.company.id,
            "category_id": category(stage, topic["category"]).id,
            "severity": self.severity,
            "is_vehicle_down": bool(topic["down"]),
            "is_safety": topic["category"] in ("brakes", "accident"),
            "vehicle_ids": [Command.set(vehicle.ids if is_about_truck else [])],
            "mileage": is_about_truck and mileage,
            "order_id": order and order.id,
            "channel": self.rng.choice(CHANNELS),
            "date_open": self.opened,
            "user_id": self.owner.id,
        }

    def _prepare_people(self):
        people = self.partner.child_ids.filtered(lambda p: p.type == "contact")
        drivers = people.filtered(lambda p: p.function == "车队队长")
        contact = self.rng.choice(drivers or people) if people else people
        speaker = contact or self.partner
        return {
            "partner_id": self.partner.id,
            "contact_id": contact.id,
            "phone": speaker.truck_mobile or speaker.phone,
            "email_from": speaker.email,
        }

    def accuse(self):
        """Name one of the dealer's staff: the complaint becomes confidential."""
        dealer = self.partner.truck_dealer_id
        staff = dealer.staff_ids | dealer.parent_id.staff_ids
        is_seller = self.topic["category"] == "staff_integrity"
        role = f"{'sales' if is_seller else 'service'}_manager"
        wanted = self.book.stage.env.ref(f"truck_crm.truck_dealer_role_{role}")
        staff = staff.filtered(lambda person: person.role_id == wanted) or staff
        self.vals["accused_ids"] = [Command.set(staff.partner_id[:1].ids)]
        return self

    # ------------------------------------------------------------
    # HOW IT WENT
    # ------------------------------------------------------------

    def answer(self, share):
        """Answer it after a share of the time."""
        hours = LIMITS[self.severity][0] * share
        self.answered = self.book.later(self.opened, hours)
        return self

    def solve(self, share):
        """Solve it after a share of the time; without an answer before, by it."""
        hours = LIMITS[self.severity][1] * share
        self.solved = self.book.later(self.opened, hours)
        self.answered = min(self.answered or self.solved, self.solved)
        topic = self.topic
        self.vals |= {
            "cause": plaintext2html(topic["cause"]),
            "remedy": plaintext2html(topic["remedy"]),
            "cost": round(self.rng.randint(*COSTS[self.group]), -2),
        }
        solutions = self.book.stage.solutions
        if topic["solution"] and self.rng.random() < 0.7:
            self.vals["solution_id"] = solutions[topic["solution"]].id
        return self

    def close(self, hours):
        """Close it so many hours after it was solved."""
        self.closed = self.book.later(self.solved, hours)
        lesson = self.topic["lesson"] or "回访客户满意，按标准流程归档。"
        self.vals["lesson"] = lesson
        choices = SATISFACTION[4:] if self.vals.get("reopen_count") else SATISFACTION
        self.vals["satisfaction"] = self.rng.choice(choices)
        return self

    def reopen(self):
        """Have it opened again once in its course: it took longer."""
        self.vals["reopen_count"] = 1
        return self

    def wait(self, begin, hours=None):
        """Wait for the customer, so many working hours after it was opened."""
        start = self.book.later(self.opened, begin)
        stop = hours and self.book.later(start, hours)
        self.vals["pause_ids"] = [
            Command.create({"date_from": start, "date_to": stop or False})
        ]
        return self

    def promise(self, due, done=None, action=None):
        """Promise something; kept if done in time, broken if later, open if not done.

        :param due: until when
        :param done: when it was done
        """
        state = "open"
        if done:
            state = "kept" if done <= due else "broken"
        self.promises.append(
            {
                "name": action or self.rng.choice(self.book.actions[self.group]),
                "date_due": due,
                "date_done": done or False,
                "state": state,
                "user_id": self.owner.id,
                "told_by": self.rng.choice(("phone", "phone", "message", "person")),
                "date_told": self.answered,
            }
        )
        return self

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    def prepare_vals(self, state, steps=6):
        """Return the values of the complaint.

        :param steps: so many of the six steps are done
        """
        vals = {
            **self.vals,
            "state": state,
            "date_response": self.answered or False,
            "date_solved": self.solved or False,
            "date_closed": self.closed or False,
            "step_ids": self._prepare_steps(steps),
            "promise_ids": [Command.create(promise) for promise in self.promises],
        }
        if self.vals["channel"] not in ("mail", "web", "portal"):
            del vals["email_from"]
        return vals

    def _prepare_steps(self, done):
        """Spread the steps that are done over the time that it took."""
        begin = self.answered or self.opened
        end = self.closed or self.solved or self.book.now
        commands = []
        for number, kind in enumerate(KINDS):
            vals = {"sequence": 10 * (number + 1), "kind": kind}
            if number < done:
                share = number / max(done - (0 if done < len(KINDS) else 1), 1)
                vals["date"] = begin + (end - begin) * share
                vals["date"] = vals["date"].replace(microsecond=0)
                vals["user_id"] = self.owner.id
                vals["evidence"] = self.book.word(self.group, kind)
            commands.append(Command.create(vals))
        return commands


def get_mileage(vehicle, day):
    """Return about how far a truck had run on a day."""
    if not vehicle.mileage_date or not vehicle.mileage:
        return max((day - vehicle.delivery_date).days * 150, 80)
    whole = max((vehicle.mileage_date - vehicle.registration_date).days, 1)
    share = max((day - vehicle.registration_date).days, 1) / whole
    return max(round(vehicle.mileage * min(share, 1.2), -1), 80)


def at_night(rng, day):
    """Return a moment of a day, or of one before; a sixth when nobody is there."""
    if day.weekday() > 4 and rng.random() < 0.75:
        day -= timedelta(days=2)
    if rng.random() < 0.16:
        return moment(rng, day) + timedelta(hours=rng.randint(8, 13))
    return moment(rng, day)
