"""Who buys which truck when: the year on paper, before Odoo hears of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo.addons.truck_crm.tools import vin as vin_tools

# Heavy trucks sell in spring and autumn; in February the country is at home.
SEASON = {1: 7, 2: 4, 3: 12, 4: 11, 5: 9, 6: 8, 7: 6, 8: 7, 9: 10, 10: 9, 11: 10, 12: 8}
MAKER = "LLT"  # world manufacturer identifier, invented
PLANT = "L"
# How many days trucks stood with a dealer before he sold them on, by dealer.
YARDS = {"HN01": (16,), "HN02": (12, 34, 51), "XN02": (27,), "HZ02": (23, 46)}


@dataclass(eq=False)
class Sale:
    """An order of trucks of one model. Parties are codes of dealers and customers.

    A day that has not come yet is None: not delivered, not charged, not paid.
    """

    buyer: str
    dealer: str
    model: str
    quantity: int
    ordered: date
    delivered: date | None = None
    invoiced: date | None = None
    paid: date | None = None
    owner: str | None = None
    operator: str | None = None
    discount: float = 0
    share_paid: float = 1
    held: int = 0  # days in the dealer's yard, until the owner was found
    kind: str = ""  # what is special: returned, resold, open, quotation, cancelled
    first: "Sale | None" = None  # of a truck sold again: its first sale
    vins: list = field(default_factory=list)


class Year:
    """Chance and calendar of the twelve months before ``today``."""

    def __init__(self, random, today):
        self.random, self.today = random, today
        days = [today - timedelta(days=back) for back in range(6, 345)]
        self._days = [day for day in days if day.weekday() < 6]
        self._weights = [SEASON[day.month] for day in self._days]

    def delivery_day(self):
        """Return a day on which a truck is handed over; never a Sunday."""
        return self.random.choices(self._days, self._weights)[0]

    def early_day(self):
        """Return such a day of the first third of the year."""
        early = len(self._days) * 2 // 3
        return self.random.choices(self._days[early:], self._weights[early:])[0]

    def after(self, day, least, most):
        """Return a day some days later, or None when that has not come yet."""
        later = day + timedelta(days=self.random.randint(least, most))
        if later.weekday() == 6:
            later += timedelta(days=1)
        return later if later < self.today else None

    def statement_day(self, day, least, most):
        """Return the Friday behind a day some days later: the bank reports weekly."""
        later = self.after(day, least, most)
        later = later and later + timedelta(days=(4 - later.weekday()) % 7)
        return later if later and later < self.today else None

    def before(self, day, least, most):
        """Return a day some days earlier; never a Sunday."""
        earlier = day - timedelta(days=self.random.randint(least, most))
        return earlier - timedelta(days=earlier.weekday() == 6)

    def sell(self, buyer, dealer, model, quantity=1, **values):
        """Return a sale with all its days: ordered, delivered, charged, paid."""
        delivered = values.pop("delivered", None) or self.delivery_day()
        invoiced = self.after(delivered, 0, 4)
        sale = Sale(
            buyer,
            dealer,
            model,
            quantity,
            ordered=self.before(delivered, 8, 25),
            delivered=delivered,
            invoiced=invoiced,
            **values,
        )
        if invoiced:
            self._pay(sale)
        return sale

    def _pay(self, sale):
        """Most pay in time, some late, some in part, a few not at all."""
        habit = self.random.random()
        if habit < 0.72:
            sale.paid = self.statement_day(sale.invoiced, 0, 26)
        elif habit < 0.88:
            sale.paid = self.statement_day(sale.invoiced, 32, 75)
        elif habit < 0.95:
            sale.paid = self.statement_day(sale.invoiced, 3, 20)
            sale.share_paid = self.random.choice((0.3, 0.5, 0.7))


def vin(descriptor, built, serial):
    """Return the VIN of an own truck.

    :param str descriptor: characters 4 to 8, which tell the model
    :param date built: gives the tenth character
    :param int serial: the number of the truck, counted over all models

    >>> vin("ZTD56", date(2026, 3, 1), 301)
    'LLTZTD567TL000301'
    """
    year = year_code(built.year)
    return with_check_digit(f"{MAKER}{descriptor}0{year}{PLANT}{serial:06}")


def year_code(year):
    """Return the letter or digit for a model year, the tenth of a VIN."""
    blank = "0" * vin_tools.MODEL_YEAR_POSITION
    return next(
        letter
        for letter in vin_tools.VIN_CHARACTERS
        if vin_tools.model_year(blank + letter, year) == year
    )


def with_check_digit(text):
    """Return a VIN with the right check digit in its place."""
    place = vin_tools.CHECK_DIGIT_POSITION
    return text[:place] + vin_tools.check_digit(text) + text[place + 1 :]


def make_sales(year, customers, channel, models):
    """Return the sales of the year, in order of time.

    :param dict customers: rows of ``data/customers.csv`` by customer number
    :param dict channel: rows of ``data/channel.csv`` by code
    :param dict models: rows of ``data/models.csv`` by code
    """
    sales = []
    for ref, row in customers.items():
        choose = _buy_alone if row["kind"] == "driver" else _buy_as_fleet
        sales += choose(year, ref, row, channel, models)
    sales += _stock_up(year, channel, models)
    sales += _wait(year, customers, channel, models)
    _send_some_back(year, sales)
    sales.sort(key=lambda sale: sale.ordered)
    _hold_some(year, sales)
    return sales


def choose_model(year, models, *uses):
    """Return a model for one of the uses; what sells well comes more often."""
    fit = {code: row for code, row in models.items() if row["use"] in uses}
    return year.random.choices(list(fit), [int(row["share"]) for row in fit.values()])[
        0
    ]


def _buy_as_fleet(year, ref, row, channel, models):
    """A fleet buys one to four trucks at a time, from the maker or from its dealer."""
    is_over = channel[row["dealer"]]["state"] == "terminated"
    left = int(row["trucks"])
    while left:
        quantity = min(left, year.random.choice((1, 2, 3, 3, 4)))
        left -= quantity
        through_dealer = year.random.random() < 0.6
        yield year.sell(
            row["dealer"] if through_dealer else ref,
            row["dealer"],
            choose_model(year, models, *row["uses"].split("|")),
            quantity,
            delivered=year.early_day() if is_over else None,
            owner=ref if through_dealer else None,
            discount=year.random.choice(
                (4, 5, 6, 8) if through_dealer else (0, 1, 2, 3)
            ),
        )


def _buy_alone(year, ref, row, channel, models):
    """A driver's truck is bought, and registered, by the haulier he drives for."""
    haulier = row["dealer"]
    for _number in range(int(row["trucks"])):
        through_dealer = year.random.random() < 0.5
        dealer = channel[haulier]["parent"]
        yield year.sell(
            dealer if through_dealer else haulier,
            dealer if through_dealer else haulier,
            choose_model(year, models, row["uses"]),
            owner=haulier if through_dealer else None,
            operator=ref,
            discount=year.random.choice((4, 5, 6) if through_dealer else (0, 1, 2)),
        )


def _stock_up(year, channel, models):
    """Hauliers buy for themselves; dealers put a truck in the yard."""
    for haulier in ("HN0102", "HZ05", "HD05", "XN0301"):
        yield year.sell(
            haulier, haulier, choose_model(year, models, "tractor"), discount=2
        )
    for dealer in ("HN01", "HN02", "XN02", "HZ02", "HD01"):
        delivered = year.today - timedelta(days=year.random.randint(8, 60))
        yield year.sell(
            *(dealer, dealer, choose_model(year, models, "tractor", "dump", "cargo")),
            delivered=delivered,
            discount=6,
        )


def _wait(year, customers, channel, models):
    """Orders that wait for their truck, and quotations that wait for an answer."""
    fleets = {
        ref: row
        for ref, row in customers.items()
        if row["kind"] == "fleet" and channel[row["dealer"]]["state"] == "active"
    }
    buyers = [ref for ref, row in fleets.items() if row["trucks"] != "0"]
    waiting = year.random.sample(buyers, 8)
    asking = year.random.sample([ref for ref in fleets if ref not in waiting], 20)
    for number, ref in enumerate(waiting + asking):
        row = customers[ref]
        kind = "open" if number < 8 else "quotation" if number < 25 else "cancelled"
        yield Sale(
            *(ref, row["dealer"]),
            choose_model(year, models, *row["uses"].split("|")),
            quantity=year.random.choice((1, 2, 2, 3)),
            ordered=year.today - timedelta(days=year.random.randint(2, 20)),
            discount=year.random.choice((0, 1, 2)),
            kind=kind,
        )


def _send_some_back(year, sales):
    """One truck comes back and stays; another comes back and is sold once more."""
    fit = [
        sale
        for sale in sales
        if sale.quantity == 1 and sale.delivered and not sale.operator
    ]
    fit.sort(key=lambda sale: sale.delivered)
    resold = next(sale for sale in fit[len(fit) // 2 :] if not sale.kind)
    first = year.sell(
        *("KH0029", "HD", resold.model),
        delivered=year.before(resold.ordered, 30, 50),
        kind="returned",
    )
    first.invoiced = first.paid = None  # came back before it was charged
    resold.kind, resold.first = "resold", first
    kept = year.sell(
        *("KH0028", "HD", "LT1180C3-220"),
        delivered=year.before(year.today, 100, 110),
        kind="returned",
    )
    kept.paid = None
    sales += [first, kept]


def _hold_some(year, sales):
    """Some dealers buy for their yard, and find the end customer weeks later."""
    for dealer, days in YARDS.items():
        fit = [
            sale
            for sale in sales
            if (sale.dealer == dealer == sale.buyer and sale.owner)
            and not (sale.operator or sale.kind)
            and sale.quantity < 3
            and (year.today - sale.delivered).days > 100
        ]
        for sale, held in zip(fit, days, strict=False):
            sale.held = held


def give_vins(year, sales, models):
    """Have a truck built for each that is delivered, numbered as they leave the line.

    :return: the day on which each was built, by VIN
    """
    trucks = [
        (year.before(sale.delivered, 25, 60), number, sale)
        for number, sale in enumerate(sales)
        if sale.delivered and not sale.first
        for _truck in range(sale.quantity)
    ]
    built = {}
    trucks.sort(key=lambda truck: truck[:2])
    for serial, (day, _number, sale) in enumerate(trucks, 1201):
        code = vin(models[sale.model]["vds"], day, serial)
        sale.vins.append(code)
        built[code] = day
    for sale in sales:
        if sale.first:
            sale.vins = sale.first.vins
    return built
