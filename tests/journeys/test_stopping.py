"""The server ends when it is told to, with everything that it has started."""

from __future__ import annotations

import http.client
import os

import pytest
from serving import PATIENCE_S


def test_ctrl_c_ends_all_processes_though_browsers_are_connected(own_site):
    site = own_site(workers=2)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_S)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read()
    group = site.interrupt()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)
    connection.close()
