"""The days of the history and the names that hang on them: campaigns, mails, assets."""

import datetime

import numpy as np

from lead_scoring.simulate import tables

DAY = 86_400  # seconds
KINDS = tuple(tables.ACTIVITIES)
KIND = {name: code for code, name in enumerate(KINDS)}
TOPIC_NAMES = tables.TOPICS


class Calendar:
    """Codes for days, campaigns and assets of a history that ends with the day `as_of`.

    Times are seconds since the first midnight of the history; `end` is the first second after it.
    """

    def __init__(self, as_of: datetime.date) -> None:
        """Lay out the history that ends with the UTC day `as_of`."""
        self.as_of = as_of
        self.first = as_of - datetime.timedelta(days=tables.HISTORY_DAYS - 1)
        self.end = tables.HISTORY_DAYS * DAY
        epoch = datetime.date(1970, 1, 1)
        self.epoch_seconds = (self.first - epoch).days * DAY
        self.weekday0 = self.first.weekday()
        days = [self.first + datetime.timedelta(days=d) for d in range(tables.HISTORY_DAYS)]
        quarters = sorted({(d.year, (d.month - 1) // 3 + 1) for d in days})
        self.campaigns = [f"{y}-q{q}-{k}" for y, q in quarters for k in tables.CAMPAIGN_KINDS]
        self.quarter_of_day = np.array(
            [quarters.index((d.year, (d.month - 1) // 3 + 1)) for d in days]
        )
        # The newsletter goes out on the first Tuesday of a month.
        self.newsletter_of_day: dict[int, tuple[int, int]] = {}  # day: (campaign, topic)
        for at, day in enumerate(days):
            if day.weekday() == 1 and day.day <= 7:
                topic = len(self.newsletter_of_day) * 3 % len(tables.TOPICS)
                self.newsletter_of_day[at] = (len(self.campaigns), topic)
                self.campaigns.append(f"nl-{day.year}-{day.month:02d}")
        self.nurture_first = len(self.campaigns)  # code of the first nurture mail
        self.campaigns += [
            f"nurture-{topic.replace('_', '-')}-{step + 1}"
            for topic in tables.TOPICS
            for step in range(tables.NURTURE_STEPS)
        ]
        self._name_assets()

    def _name_assets(self) -> None:
        self.assets: list[str] = []
        n_topics = len(tables.TOPICS)
        codes: dict[str, int] = {}

        def code(asset: str) -> int:
            if asset not in codes:
                codes[asset] = len(self.assets)
                self.assets.append(asset)
            return codes[asset]

        # Asset of an activity by type and topic + 1 (0 is no topic); -1: none.
        self.default_asset = np.full((len(KINDS), n_topics + 1), -1, dtype=np.int16)
        for kind, activity in enumerate(tables.ACTIVITIES.values()):
            if activity.asset:
                for at, topic in enumerate(("overview", *tables.TOPICS)):
                    name = activity.asset.format(topic=topic.replace("_", "-"))
                    self.default_asset[kind, at] = code(name)
        self.mail_asset = np.array([code(f"mail-{c}") for c in self.campaigns], dtype=np.int16)
        # Links of a mail about a topic: three on the topic, one on prices, one on another topic.
        self.link_topic = np.array(
            [
                [t, t, t, tables.TOPICS.index("pricing"), (t + 3) % n_topics]
                for t in range(n_topics)
            ],
            dtype=np.int8,
        )
        self.link_asset = np.array(
            [
                [
                    code(f"/go/{tables.TOPICS[self.link_topic[t, at]].replace('_', '-')}/{at + 1}")
                    for at in range(tables.LINKS_PER_MAIL)
                ]
                for t in range(n_topics)
            ],
            dtype=np.int16,
        )

    def program(self, kind: str, day: np.ndarray) -> np.ndarray:
        """Code of the quarter's campaign of a kind (see CAMPAIGN_KINDS) on each `day`."""
        quarter = self.quarter_of_day[np.clip(day, 0, tables.HISTORY_DAYS - 1)]
        return quarter * len(tables.CAMPAIGN_KINDS) + tables.CAMPAIGN_KINDS.index(kind)
