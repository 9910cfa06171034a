"""Asks the web server of this container for its health page, under its public name."""

import http.client
import os
import sys
from urllib.parse import urlsplit

web = http.client.HTTPConnection("127.0.0.1", 8000, timeout=8)
web.request("GET", "/sante/", headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc})
sys.exit(web.getresponse().status != 200)
