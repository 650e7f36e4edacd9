from digest.audience.rhythm import Weekday
from digest.compose.mirroring import CronLine, Mirroring, lines_of, mirroring
from digest.compose.schedule import Schedule
from digest.ids import NewsletterId

BRIEF = NewsletterId("morning-brief")
SEVEN = CronLine(newsletter=BRIEF, cron="0 7 * * *", time_zone="Asia/Almaty")
EIGHT = CronLine(newsletter=BRIEF, cron="0 8 * * *", time_zone="Asia/Almaty")
NOTHING = Mirroring(add={}, change={}, remove=())


def test_each_time_of_day_is_a_line_of_its_own() -> None:
    twice = Schedule(at=("07:00", "18:30"), days=(Weekday.SUNDAY,), time_zone="Asia/Almaty")
    assert lines_of({BRIEF: twice, NewsletterId("by-hand"): Schedule()}) == {
        "newsletter-morning-brief-0700": CronLine(newsletter=BRIEF, cron="0 7 * * 0", time_zone="Asia/Almaty"),
        "newsletter-morning-brief-1830": CronLine(newsletter=BRIEF, cron="30 18 * * 0", time_zone="Asia/Almaty"),
    }


def test_what_is_there_already_is_left_as_it_is() -> None:
    assert mirroring({"newsletter-a": SEVEN}, {"newsletter-a": SEVEN, "by-hand": EIGHT}) == NOTHING


def test_what_differs_is_changed_what_is_missing_added_what_is_gone_removed() -> None:
    wanted = {"newsletter-a": SEVEN, "newsletter-b": EIGHT}
    have = {"newsletter-a": EIGHT, "newsletter-old": EIGHT, "by-hand": SEVEN}
    todo = mirroring(wanted, have, ["newsletter-interval", "an-interval-by-hand"])
    assert todo == Mirroring(
        add={"newsletter-b": EIGHT}, change={"newsletter-a": SEVEN}, remove=("newsletter-interval", "newsletter-old")
    )
