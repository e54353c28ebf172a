"""Addresses from outside: one reading of each, and no way around what is checked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from novaclips.untrusted.addresses import Address, BadAddress, is_loopback, is_public, may_be_public

GOOD = {
    "https://files.example/a.png": "https://files.example/a.png",
    "HTTPS://Files.Example:443": "https://files.example/",
    "http://files.example:0080/": "http://files.example/",
    "https://files.example:": "https://files.example/",
    "https://files.example:8443/a?b=c%20d&e=/?#f": "https://files.example:8443/a?b=c%20d&e=/?",
    'https://files.example/é"<>': "https://files.example/%C3%A9%22%3C%3E",
    "https://my_server.example/": "https://my_server.example/",
    "https://[2606:4700:0:0::1111]:8443/": "https://[2606:4700::1111]:8443/",
    "https://2130706433/": "https://127.0.0.1/",
    "https://0x7f.1/": "https://127.0.0.1/",
    "https://0177.0.0.1/": "https://127.0.0.1/",
    "https://134744072/": "https://8.8.8.8/",
    "https://xn--bcher-kva.example/": "https://xn--bcher-kva.example/",
    "https://files.example?a=b": "https://files.example/?a=b",
}
BAD = {
    "backslash": (r"https://evil.example\@good.example/a.png", "a blank, a control character or a backslash"),
    "backslashes for slashes": (r"https:\\evil.example\a", "a blank, a control character or a backslash"),
    "blank": ("https://good.example /a", "a blank, a control"),
    "tab": ("https://good.exa\tmple/a", "a blank, a control"),
    "line break": ("https://good.example/a\r\nHost: evil.example", "a blank, a control"),
    "no-break space": ("https://good.example\xa0/a", "a blank, a control"),
    "NUL": ("https://good.example\0.evil.example/a", "a blank, a control"),
    "right to left": ("https://good.example/\u202egnp.a", "a blank, a control"),
    "lone surrogate": ("https://good.example/\ud83e", "a blank, a control"),
    "user": ("https://good.example@evil.example/a", "it holds a user name"),
    "user and password": ("https://user:word@good.example/a", "it holds a user name"),
    "empty user": ("https://@good.example/a", "it holds a user name"),
    "no host": ("https:///etc/passwd", "its host is no name"),
    "no host but a port": ("https://:443/a", "its host is no name"),
    "one slash": ("https:/evil.example/a", "cut off after its scheme"),
    "no slash": ("https:evil.example/a", "cut off after its scheme"),
    "dot at the end": ("https://good.example./a", "its host is no name"),
    "two dots": ("https://good..example/a", "its host is no name"),
    "percent-encoded host": ("https://good%2eexample/a", "its host is no name"),
    "percent-encoded slash": ("https://evil.example%2f.good.example/a", "its host is no name"),
    "fullwidth dot": ("https://good．example/a", "its host is not ASCII"),
    "circled digits": ("https://①②⑦.0.0.1/a", "its host is not ASCII"),
    "another script": ("https://gооd.example/a", "its host is not ASCII"),
    "zone": ("https://[fe80::1%25eth0]/a", "its host or its port is none"),
    "bracket open": ("https://[::1/a", "its host or its port is none"),
    "brackets around a name": ("https://[good.example]/a", "its host or its port is none"),
    "no IPv6": ("https://[:::1]/a", "its host is no IPv6 address"),
    "two ports": ("https://good.example:80:443/a", "its host or its port is none"),
    "port 0": ("https://good.example:0/a", "port 0 is none"),
    "port 65536": ("https://good.example:65536/a", "port 65536 is none"),
    "long port": ("https://good.example:000443443/a", "its host or its port is none"),
    "signed port": ("https://good.example:+443/a", "its host or its port is none"),
    "port in other digits": ("https://good.example:٤٤٣/a", "its host or its port is none"),
    "too large for IPv4": ("https://4294967296/a", "its host is no IPv4 address"),
    "five numbers": ("https://1.2.3.4.5/a", "its host is no IPv4 address"),
    "octal with an 8": ("https://08.0.0.1/a", "its host is no IPv4 address"),
    "name that ends in a number": ("https://good.example.1/a", "its host is no IPv4 address"),
    "file": ("file:///etc/passwd", "file: is not https or http"),
    "data": ("data:image/png;base64,aaaa", "data: is not https or http"),
    "drive": ("C:/pictures/a.png", "c: is not https or http"),
    "path": ("/pictures/a.png", "it does not begin with https://"),
    "nothing": ("", "it does not begin with https://"),
    "too long": (f"https://good.example/{'a' * 20_000}", "it has more than 16,384 characters"),
    "label too long": (f"https://{'a' * 64}.example/", "its host is no name"),
    "underlined end": ("https://good-.example/", "its host is no name"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "written"), GOOD.items())
def test_an_address_is_written_anew_from_its_parts(text, written):
    address = Address.parse(text)

    assert str(address) == written
    assert Address.parse(written) == address


@pytest.mark.parametrize(("text", "why"), BAD.values(), ids=BAD)
def test_what_no_service_writes_on_purpose_is_refused(text, why):
    with pytest.raises(BadAddress, match=re.escape(why)) as caught:
        Address.parse(text)
    assert "example" not in str(caught.value)


@given(st.text(st.sampled_from("abx019.:/@\\%[]?#-_ \té．"), max_size=30))
def test_every_parser_reads_the_same_host_and_port_in_what_is_written_anew(text):
    try:
        address = Address.parse(f"https://{text}")
    except BadAddress:
        return
    written = str(address)
    standard, theirs = urlsplit(written), urllib3.util.parse_url(written)
    assert standard.hostname == (theirs.host or "").strip("[]") == address.host
    assert (standard.port or 443) == (theirs.port or 443) == address.port
    assert Address.parse(written) == address


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [
        ("/pic/x.png", "http://gpu.lan:8080/pic/x.png"),
        ("pic/x.png", "http://gpu.lan:8080/v1/pic/x.png"),
        ("../x.png?y=1", "http://gpu.lan:8080/x.png?y=1"),
        ("//files.example/x.png", "http://files.example/x.png"),
        ("https://files.example/x.png", "https://files.example/x.png"),
        ("///evil.example/x", "http://gpu.lan:8080/evil.example/x"),
        ("?x", "http://gpu.lan:8080/v1/?x"),
    ],
)
def test_a_relative_address_is_relative_to_another(text, leads_to):
    assert str(Address.parse("http://gpu.lan:8080/v1").folder.join(text)) == leads_to


@pytest.mark.parametrize("text", [r"\\evil.example\x", r"/\evil.example/x", "x\ny", "/x y"])
def test_a_relative_address_leads_to_no_host_by_a_trick(text):
    with pytest.raises(BadAddress):
        Address.parse("http://gpu.lan:8080/v1").join(text)


PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::8.8.8.8", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "fc00::1", "fd00::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "5f00::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.0.1", "100.128.0.1", "172.32.0.1", "192.0.1.1", "2606:4700::1111",
          "2a00:1450:4001::1", "::ffff:8.8.8.8"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_no_public_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)
    assert may_be_public(address)


def test_a_network_without_ipv4_reaches_a_public_name_and_nobody_writes_such_an_address():
    assert is_public("64:ff9b::808:808")
    assert not may_be_public("64:ff9b::808:808")


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("::ffff:127.0.0.1", True),
        ("[::1]", True),
        ("localhost.example", False),
    ],
)
def test_this_machine_has_several_names(host, is_here):
    assert is_loopback(host) is is_here
