"""What the fetcher's tests share."""

from collections.abc import AsyncIterator

import pytest

from tests.collect.site import Site, serving


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as here:
        yield here
