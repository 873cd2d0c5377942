"""A year of calls, visits and messages, as the salespeople have written them down.

What was said stands in ``data/interactions.csv``. The better the grade of a customer,
the later he is forgotten; some are.
"""

from datetime import timedelta
from itertools import cycle

from .changes import END, ENDED
from .leads import USES
from .past import moment, set_back
from .stage import rows

# Days between two contacts with one of them, and how long it lasts in hours.
GAPS = {
    "fleet": (25, 60),
    "driver": (70, 150),
    "prospect": (20, 50),
    "dealer": (35, 75),
}
HOURS = {"visit": 1.5, "test_drive": 2, "showroom": 1, "event": 4, "call_in": 0.15}
FORGOTTEN = 0.08  # of them the last contact is longer ago than their grade allows
AGREED = 0.6  # so often a next step is agreed
# When the next step is planned, in days from today, one customer after the other.
NEXT = (0, -2, 1, 3, 0, -6, 1, 5, 0, 2, -1, 8, 13, 1, -4, 4, 20, 0, 7, 1)
NEXT_BY = {
    "call": "mail.mail_activity_data_call",
    "mail": "mail.mail_activity_data_email",
    "visit": "truck_crm.mail_activity_type_visit",
}
PLACES = {"visit": "客户公司", "showroom": "经销商展厅", "event": "推介会现场"}


class Book:
    """What a salesperson looks up before he writes: people, trucks, leads, orders."""

    def __init__(self, stage):
        self.stage, self.rng = stage, stage.rng
        self.talks, self.next_days = {}, {}
        for row in rows("interactions"):
            self.talks.setdefault(row["whom"], []).append(row)
        Vehicle = stage.env["truck.vehicle"]
        vehicles = Vehicle.search([("company_id", "=", stage.company.id)], order="id")
        self.vehicles = {}
        for vehicle in vehicles.filtered("is_own"):
            user = vehicle.operator_id or vehicle.owner_id
            self.vehicles.setdefault(user, vehicle)
        self.samples = cycle(
            vehicles.filtered(
                lambda v: v.is_own and v.owner_id in stage.dealer_partners
            )
        )
        leads = stage.env["crm.lead"].search([("company_id", "=", stage.company.id)])
        self.leads = leads.filtered("partner_id").grouped("partner_id")
        orders = stage.env["sale.order"].search([("company_id", "=", stage.company.id)])
        self.orders = orders.grouped("partner_id")
        metrics = stage.env["truck.customer.metrics"].search(
            [("company_id", "=", stage.company.id)]
        )
        self.grades = {row.partner_id: row.grade_id for row in metrics}

    def get_next_day(self, user):
        """Return for when a salesperson plans the next step of one more customer."""
        days = self.next_days.setdefault(user, cycle(NEXT))
        return self.stage.today + timedelta(days=next(days))

    def get_last_day(self, partner):
        """Return when a customer was last in touch: in time, or too long ago.

        With a dealer that was terminated, nobody is any more.
        """
        if partner == self.stage.dealers[ENDED].partner_id:
            return workday(self.stage.today - timedelta(days=END + 3))
        interval = self.grades[partner].contact_interval_days or 90
        if self.rng.random() < FORGOTTEN:
            back = interval + self.rng.randint(1, 25)
        else:
            back = self.rng.randint(1, max(interval * 2 // 3, 2))
        return workday(self.stage.today - timedelta(days=back))

    def get_lead(self, partner, day):
        """Return the lead of a customer that was there on a day."""
        leads = self.leads.get(partner, ())
        return next((lead for lead in leads if lead.create_date.date() <= day), None)

    def get_order(self, partner, day):
        """Return the order of a customer that was on people's minds on a day."""
        for order in self.orders.get(partner, ()):
            if -10 <= (day - order.date_order.date()).days <= 45:
                return order
        return None


def workday(day):
    """Return the day, or the Saturday before it."""
    return day - timedelta(days=day.weekday() == 6)


def build(stage):
    """Write down the contacts with customers, prospects and dealers."""
    stage.rng = stage.random("interactions")
    stage.dealer_partners = {dealer.partner_id for dealer in stage.dealers.values()}
    stage.results = {
        result.get_external_id()[result.id].split("_result_")[1]: result
        for result in stage.env["truck.interaction.result"].search([])
    }
    book = Book(stage)
    vals_list = [
        vals
        for partner, whom in _get_customers(stage)
        for vals in _prepare_year(stage, book, partner, whom)
    ]
    log(stage, vals_list)


def log(stage, vals_list):
    """Create interactions, entered on the day when they were, by who was there."""
    # Nobody is told of what was planned long ago.
    Interaction = stage.env["truck.interaction"].with_context(
        mail_activity_quick_update=True
    )
    interactions = Interaction.create(vals_list)
    moments = {row: row.date for row in interactions}
    set_back(moments, by=lambda row: row.user_id)
    planned = {
        row.next_activity_id: row.date for row in interactions if row.next_activity_id
    }
    if planned:
        set_back(planned, by=lambda activity: activity.user_id)
    return interactions


def _get_customers(stage):
    """Return whom one is in touch with, and as what."""
    for ref, partner in stage.customers.items():
        if not partner.truck_is_customer:
            yield partner, "prospect"
        else:
            yield partner, stage.customer_rows[ref]["kind"]
    for dealer in stage.dealers.values():
        yield dealer.partner_id, "dealer"


def _prepare_year(stage, book, partner, whom):
    """Return the contacts with a customer, the latest first."""
    day, first = book.get_last_day(partner), stage.days[partner]
    first = max(first, stage.today - timedelta(days=340))
    # Nobody says the same thing twice in a row.
    talks = cycle(stage.rng.sample(book.talks[whom], len(book.talks[whom])))
    is_last = True
    while day > first:
        talk = next(talks)
        vals = _prepare_vals(stage, book, partner, talk, day)
        if is_last:
            vals |= _prepare_next(stage, book, talk, day, vals["user_id"])
        yield vals
        is_last = False
        day = workday(day - timedelta(days=stage.rng.randint(*GAPS[whom])))


def _prepare_vals(stage, book, partner, talk, day):
    people = partner.child_ids.filtered(lambda person: person.type == "contact")
    person = stage.rng.choice(people) if people else partner.browse()
    lead = book.get_lead(partner, day)
    order = not lead and book.get_order(partner, day)
    return {
        "partner_id": partner.id,
        "contact_ids": person.ids,
        "user_id": get_user(stage, partner, day).id,
        "company_id": stage.company.id,
        "kind": talk["kind"],
        "date": moment(stage.rng, day),
        "duration": HOURS.get(talk["kind"], 0.1),
        "subject": talk["subject"],
        "content": _tell(stage, partner, person, talk["content"]),
        "result_id": stage.results[talk["result"]].id,
        "lead_id": lead and lead.id,
        "order_id": order and order.id,
        "vehicle_id": _get_vehicle(book, partner, talk).id,
        **_prepare_place(stage, partner, talk),
    }


def get_user(stage, partner, day):
    """Return who of ours looked after a customer on a day."""
    if day < stage.handover:
        return stage.former.get(partner, partner.user_id)
    return partner.user_id


def _tell(stage, partner, person, text):
    row = stage.customer_rows.get(partner.ref) if partner.ref else None
    return text.format(
        contact=person.name or partner.name,
        use=USES[row["uses"].split("|")[0]] if row else "",
        fleet=row["fleet"] if row else "",
        city=partner.city,
    )


def _get_vehicle(book, partner, talk):
    """A test drive is with a dealer's truck; what was said of a truck is of his own."""
    none = partner.env["truck.vehicle"]
    if talk["kind"] == "test_drive":
        return next(book.samples, none)
    if any(word in talk["content"] for word in ("车辆", "保养", "报警", "首保")):
        return book.vehicles.get(partner, none)
    return none


def _prepare_place(stage, partner, talk):
    """Return where it was, as the phone told if it was outside."""
    if talk["kind"] not in PLACES:
        return {}
    city = stage.cities[partner.city]
    latitude, longitude = (
        float(city[name]) + stage.rng.uniform(-0.05, 0.05)
        for name in ("latitude", "longitude")
    )
    place = f"{partner.city} {PLACES[talk['kind']]}"
    return {"place": place, "latitude": latitude, "longitude": longitude}


def _prepare_next(stage, book, talk, day, user_id):
    """Return the next step, if one was agreed and it is not too long ago."""
    is_old = (stage.today - day).days > 35
    if is_old or not talk["next"] or stage.rng.random() > AGREED:
        return {}
    when = book.get_next_day(user_id)
    if when <= day:
        when = stage.today + timedelta(days=3)
    return {
        "next_step": talk["next"],
        "next_date": when,
        "next_type_id": stage.env.ref(NEXT_BY[talk["next_by"]]).id,
    }
