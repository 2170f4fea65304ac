"""The message boxes of the stick."""

import re

LIST = (
    "<PageIndex>{page}</PageIndex><ReadCount>{count}</ReadCount><BoxType>{box}</BoxType>"
    "<SortType>0</SortType><Ascending>{up}</Ascending><UnreadPreferred>0</UnreadPreferred>"
)
SEND = (
    "<Index>-1</Index><Phones><Phone>{phone}</Phone></Phones><Sca></Sca><Content>{text}</Content>"
    "<Length>5</Length><Reserved>1</Reserved><Date>2024-11-27 08:00:00</Date>"
)
ARRIVED = """<Message>
<Smstat>0</Smstat>
<Index>40003</Index>
<Phone>KPU</Phone>
<Content>TPS &lt;7&gt; buka</Content>
<Date>2024-11-08 00:21:00</Date>
<Sca></Sca>
<SaveType>4</SaveType>
<Priority>0</Priority>
<SmsType>1</SmsType>
</Message>"""


def listed(client, *, page=1, count=20, box=1, up=0):
    return client.post("sms/sms-list", LIST.format(page=page, count=count, box=box, up=up))


def indices(body):
    return re.findall("<Index>(.+)</Index>", body)


def test_what_is_there_is_numbered_and_what_arrives_comes_first(hands):
    client = hands().begin()
    assert indices(listed(client)) == ["40002", "40001", "40000"]
    client.now_s = 60  # the profile's message came at 50; 1731000000 + 60 s is 2024-11-07 17:21:00 UTC
    body = listed(client)
    assert ARRIVED in body
    assert indices(body) == ["40003", "40002", "40001", "40000"]
    assert indices(listed(client, up=1, count=2)) == ["40000", "40001"]
    assert indices(listed(client, page=2, count=3)) == ["40000"]


def test_reading_a_list_marks_nothing_and_set_read_does(hands):
    client = hands().begin()
    listed(client)
    assert "<LocalUnread>3</LocalUnread>\n<LocalInbox>3</LocalInbox>" in client.get("sms/sms-count")
    assert "OK" in client.post("sms/set-read", "<Index>40001</Index>")
    assert "<LocalUnread>2</LocalUnread>\n<LocalInbox>3</LocalInbox>" in client.get("sms/sms-count")
    assert "<UnreadMessage>2</UnreadMessage>" in client.get("monitoring/check-notifications")


def test_a_deleted_number_is_not_given_again(hands):
    client = hands().begin()
    assert "OK" in client.post("sms/delete-sms", "<Index>40002</Index>")
    client.now_s = 60
    assert indices(listed(client)) == ["40003", "40001", "40000"]


def test_the_order_of_the_request_is_demanded(hands):
    swapped = "<ReadCount>20</ReadCount><PageIndex>1</PageIndex><BoxType>1</BoxType>"
    assert "100005" in hands().begin().post("sms/sms-list", swapped)
    assert "100006" in listed(hands().begin(), count=51)


def test_sending_takes_time_and_is_in_the_truth(hands):
    client = hands().begin()
    body = f"<request>{SEND.format(phone='+6281200000001', text='a &amp; b – c')}</request>"
    answer = client.ask("POST", "/api/sms/send-sms", body, token=client.tokens[0])
    assert answer.response.body.decode().endswith("<response>OK</response>")
    assert answer.truth == {"sms_to": "+6281200000001", "sms_text": "a & b – c"}
    assert "<Phone>+6281200000001</Phone>\n<SucPhone></SucPhone>" in client.get("sms/send-status")
    client.now_s += 3
    assert "<SucPhone>+6281200000001</SucPhone>\n<FailPhone></FailPhone>" in client.get("sms/send-status")
    client.begin()
    client.tokens = client.tokens[-1:]
    sent = listed(client, box=2)
    assert "<Content>a &amp; b – c</Content>" in sent
    assert "<Smstat>3</Smstat>" in sent
    assert "<SmsType>5</SmsType>" in sent


def test_without_a_network_sending_fails_later(hands):
    client = hands().begin()
    client.post("net/register", "<Mode>0</Mode><Plmn></Plmn><Rat></Rat>")
    assert "OK" in client.post("sms/send-sms", SEND.format(phone="+6281200000001", text="halo"))
    client.now_s += 3
    assert "<FailPhone>+6281200000001</FailPhone>" in client.get("sms/send-status")
    assert "<Smstat>4</Smstat>" in listed(client, box=2)


def test_a_number_that_is_none_is_refused(hands):
    assert "100006" in hands().begin().post("sms/send-sms", SEND.format(phone="KPU", text="halo"))
