from digest.audience.reader import Follow
from digest.ids import EVERY_JOURNALIST, JournalistId

DANA = JournalistId("dana-serikova")


def test_a_follow_covers_its_journalist_only() -> None:
    assert Follow(journalist=DANA).covers(DANA)
    assert not Follow(journalist=DANA).covers(JournalistId("timur-aliyev"))


def test_following_everybody_covers_anybody() -> None:
    assert Follow(journalist=EVERY_JOURNALIST).covers(DANA)
