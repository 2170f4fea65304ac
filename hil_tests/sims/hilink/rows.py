"""The endpoints of the stick, row by row, and where their words are from."""

from hil_tests.sims.at_modem.provenance import memory, thread
from hil_tests.sims.hilink import actions, sms
from hil_tests.sims.hilink.endpoint import Endpoint
from hil_tests.sims.hilink.fields import identity_truth, name_truth, radio_truth, status_truth
from hil_tests.sims.hilink.firmware import NEW, OLD
from hil_tests.sims.hilink.sources import (
    COOKIE_CLIENT,
    DOCUMENT,
    LIBRARY_SMS,
    LIBRARY_USER,
    NEW_DEBUG_LOG,
    NEW_INFORMATION,
    OLD_TRANSCRIPT,
    RASPAP,
    SIGNAL_DUMP,
    STATUS_TRANSCRIPT,
)

NAME = "huawei-e3372h"
COMMANDS = thread("https://github.com/arska/e3372/issues/1")
SESSION_ROWS = (
    Endpoint(
        path="webserver/SesTokInfo",
        source=COOKIE_CLIENT,
        act=actions.session_and_token,
        open=True,
        guarded=False,
    ),
    Endpoint(path="webserver/token", source=COMMANDS, act=actions.not_supported, guarded=False),
    Endpoint(path="user/state-login", source=RASPAP, act=actions.login_state, guarded=False),
    Endpoint(path="user/hilink_login", source=RASPAP, act=actions.login_wanted, guarded=False),
    Endpoint(path="user/login", source=LIBRARY_USER, method="POST", act=actions.log_in, guarded=False),
    Endpoint(path="user/logout", source=LIBRARY_USER, method="POST", act=actions.log_out, guarded=False),
)
INFORMATION = (
    "<DeviceName>{device}</DeviceName>\n<SerialNumber>{serial}</SerialNumber>\n<Imei>{imei}</Imei>\n"
    "<Imsi>{imsi}</Imsi>\n"
)
DEVICE_ROWS = (
    Endpoint(
        path="device/information",
        source=DOCUMENT,  # the ICCID with an F behind it: OLD_TRANSCRIPT, which has the same names
        say=INFORMATION + "<Iccid>{iccid}</Iccid>\n<Msisdn></Msisdn>\n"
        "<HardwareVersion>{hardware}</HardwareVersion>\n<SoftwareVersion>{software}</SoftwareVersion>\n"
        "<WebUIVersion>{web}</WebUIVersion>\n<MacAddress1>{mac}</MacAddress1>\n<MacAddress2></MacAddress2>\n"
        "<ProductFamily>LTE</ProductFamily>\n<Classify>hilink</Classify>\n"
        "<supportmode>LTE|WCDMA|GSM</supportmode>\n<workmode>{workmode}</workmode>",
        truth=identity_truth,
        firmwares=(OLD,),
    ),
    Endpoint(
        path="device/information",
        source=NEW_INFORMATION,
        say=INFORMATION + "<Iccid>{iccid}</Iccid>\n<Msisdn></Msisdn>\n"
        "<HardwareVersion>{hardware}</HardwareVersion>\n<SoftwareVersion>{software}</SoftwareVersion>\n"
        "<WebUIVersion>{web}</WebUIVersion>\n<MacAddress1>00:10:20:30:40:50</MacAddress1>\n"
        "<MacAddress2></MacAddress2>\n<WanIPAddress>{address}</WanIPAddress>\n"
        "<wan_dns_address>{dns2},{dns}</wan_dns_address>\n<WanIPv6Address></WanIPv6Address>\n"
        "<wan_ipv6_dns_address></wan_ipv6_dns_address>\n<ProductFamily>LTE</ProductFamily>\n"
        "<Classify>hilink</Classify>\n<supportmode>LTE|WCDMA|GSM</supportmode>\n"
        "<workmode>{workmode}</workmode>\n<submask>255.255.255.255</submask>\n<Mccmnc>{plmn}</Mccmnc>\n"
        "<iniversion>E3372h-320-CUST 10.0.3.2&#40;C1072&#41;</iniversion>\n<uptime>{uptime}</uptime>\n"
        "<ImeiSvn>05</ImeiSvn>\n<spreadname_en></spreadname_en>\n<spreadname_zh></spreadname_zh>",
        truth=identity_truth,
        firmwares=(NEW,),
    ),
    Endpoint(
        path="device/basic_information",
        source=OLD_TRANSCRIPT,
        say="<productfamily>LTE</productfamily>\n<classify>hilink</classify>\n<multimode>0</multimode>\n"
        "<restore_default_status>1</restore_default_status>\n<sim_save_pin_enable>0</sim_save_pin_enable>\n"
        "<devicename>{device}</devicename>",
        guarded=False,
    ),
    Endpoint(
        path="device/signal",
        source=SIGNAL_DUMP,  # the values' units: transcripts of other models, see formats
        say="<pci>{pci}</pci>\n<sc></sc>\n<cell_id>{cell_id}</cell_id>\n<rsrq>{rsrq}</rsrq>\n"
        "<rsrp>{rsrp}</rsrp>\n<rssi>{rssi}</rssi>\n<sinr>{sinr}</sinr>\n<rscp></rscp>\n<ecio></ecio>\n"
        "<psatt>1</psatt>\n<mode>{mode}</mode>\n<lte_bandwidth>{bandwidth_short}</lte_bandwidth>\n"
        "<lte_bandinfo>{band}</lte_bandinfo>",
        truth=radio_truth,
        guarded=False,
        firmwares=(OLD,),
    ),
    Endpoint(
        path="device/signal",
        source=NEW_DEBUG_LOG,  # as Home Assistant lists them, to plmn; the rest: memory of an E8372h-320's
        say="<pci>{pci}</pci>\n<sc></sc>\n<cell_id>{cell_id}</cell_id>\n<rsrq>{rsrq}</rsrq>\n"
        "<rsrp>{rsrp}</rsrp>\n<rssi>{rssi}</rssi>\n<sinr>{sinr}</sinr>\n<rscp></rscp>\n<ecio></ecio>\n"
        "<mode>{mode}</mode>\n<ulbandwidth>{bandwidth_long}</ulbandwidth>\n"
        "<dlbandwidth>{bandwidth_long}</dlbandwidth>\n<txpower></txpower>\n<tdd></tdd>\n<ul_mcs></ul_mcs>\n"
        "<dl_mcs></dl_mcs>\n<earfcn>{channels}</earfcn>\n<rrc_status></rrc_status>\n<rac></rac>\n"
        "<lac>{lac}</lac>\n<tac>{tac}</tac>\n<band>{band}</band>\n<nei_cellid>{neighbours}</nei_cellid>\n"
        "<plmn>{serving_plmn}</plmn>\n<ims></ims>\n<wdlfreq></wdlfreq>\n<enodeb_id>{enodeb}</enodeb_id>",
        truth=radio_truth,
        guarded=False,
        firmwares=(NEW,),
    ),
    Endpoint(path="device/control", source=DOCUMENT, method="POST", act=actions.control),
)
STATUS_HEAD = (
    "<ConnectionStatus>{connection}</ConnectionStatus>\n<WifiConnectionStatus></WifiConnectionStatus>\n"
    "<SignalStrength></SignalStrength>\n<SignalIcon>{icon}</SignalIcon>\n"
    "<CurrentNetworkType>{network}</CurrentNetworkType>\n"
    "<CurrentServiceDomain>{domain}</CurrentServiceDomain>\n<RoamingStatus>{roaming}</RoamingStatus>\n"
    "<BatteryStatus></BatteryStatus>\n<BatteryLevel></BatteryLevel>\n<BatteryPercent></BatteryPercent>\n"
    "<simlockStatus>0</simlockStatus>\n"
)
STATUS_MIDDLE = (
    "<PrimaryDns>{dns}</PrimaryDns>\n<SecondaryDns>{dns2}</SecondaryDns>\n<PrimaryIPv6Dns></PrimaryIPv6Dns>\n"
    "<SecondaryIPv6Dns></SecondaryIPv6Dns>\n<CurrentWifiUser></CurrentWifiUser>\n"
    "<TotalWifiUser></TotalWifiUser>\n<currenttotalwifiuser>0</currenttotalwifiuser>\n"
    "<ServiceStatus>{service}</ServiceStatus>\n<SimStatus>{sim_status}</SimStatus>\n<WifiStatus></WifiStatus>\n"
    "<CurrentNetworkTypeEx>{network_ex}</CurrentNetworkTypeEx>\n<maxsignal>5</maxsignal>\n"
)
MONITORING_ROWS = (
    Endpoint(
        path="monitoring/status",
        source=STATUS_TRANSCRIPT,
        say=STATUS_HEAD
        + "<WanIPAddress>{address}</WanIPAddress>\n<WanIPv6Address></WanIPv6Address>\n"
        + STATUS_MIDDLE
        + "<wifiindooronly>-1</wifiindooronly>\n<wififrequence>0</wififrequence>\n"
        "<classify>hilink</classify>\n<flymode>0</flymode>\n<cellroam>0</cellroam>\n"
        "<ltecastatus>0</ltecastatus>",
        truth=status_truth,
        guarded=False,
        firmwares=(OLD,),
    ),
    Endpoint(
        path="monitoring/status",
        source=memory("an E3372h-320's status in a README whose repository was not named: no WanIPAddress"),
        say=STATUS_HEAD + STATUS_MIDDLE + "<wifiindooronly>0</wifiindooronly>\n<classify>hilink</classify>\n"
        "<usbup>0</usbup>\n<wifiswitchstatus>0</wifiswitchstatus>\n<WifiStatusExCustom>0</WifiStatusExCustom>\n"
        "<hvdcp_online>0</hvdcp_online>\n<speedLimitStatus>0</speedLimitStatus>\n"
        "<poorSignalStatus>0</poorSignalStatus>",
        truth=status_truth,
        guarded=False,
        firmwares=(NEW,),
    ),
    Endpoint(
        path="monitoring/traffic-statistics",
        source=DOCUMENT,
        say="<CurrentConnectTime>{connected_s}</CurrentConnectTime>\n<CurrentUpload>{up}</CurrentUpload>\n"
        "<CurrentDownload>{down}</CurrentDownload>\n<CurrentDownloadRate>0</CurrentDownloadRate>\n"
        "<CurrentUploadRate>0</CurrentUploadRate>\n<TotalUpload>{up}</TotalUpload>\n"
        "<TotalDownload>{down}</TotalDownload>\n<TotalConnectTime>{connected_s}</TotalConnectTime>\n"
        "<showtraffic>1</showtraffic>",
    ),
    Endpoint(
        path="monitoring/check-notifications",
        source=NEW_DEBUG_LOG,
        say="<UnreadMessage>{unread}</UnreadMessage>\n<SmsStorageFull>{storage_full}</SmsStorageFull>\n"
        "<OnlineUpdateStatus>10</OnlineUpdateStatus>\n<SimOperEvent>0</SimOperEvent>",
    ),
    Endpoint(
        path="monitoring/converged-status",
        source=OLD_TRANSCRIPT,
        say="<SimState>{sim_state}</SimState>\n<SimLockEnable>0</SimLockEnable>\n"
        "<CurrentLanguage>en-us</CurrentLanguage>",
        guarded=False,
    ),
)
PLMN = (
    "<State>{plmn_state}</State>\n<FullName>{name_full}</FullName>\n<ShortName>{name_short}</ShortName>\n"
    "<Numeric>{plmn}</Numeric>\n<Rat>{rat}</Rat>"
)
NET_ROWS = (
    Endpoint(path="net/current-plmn", source=OLD_TRANSCRIPT, say=PLMN, truth=name_truth, firmwares=(OLD,)),
    Endpoint(
        path="net/current-plmn",
        source=memory("a B525's answer in C# comments whose repository was not named has Spn; 10.x assumed"),
        say=PLMN + "\n<Spn>{spn}</Spn>",
        truth=name_truth,
        firmwares=(NEW,),
    ),
    Endpoint(
        path="net/register",
        source=memory("Mode 0 is automatic"),
        say="<Mode>0</Mode>\n<Plmn></Plmn>\n<Rat></Rat>",
    ),
    Endpoint(path="net/register", source=memory("as it is read"), method="POST", act=actions.register),
    Endpoint(
        path="net/net-mode",
        source=OLD_TRANSCRIPT,
        say="<NetworkMode>{net_mode}</NetworkMode>\n<NetworkBand>{net_band}</NetworkBand>\n"
        "<LTEBand>{net_lte_band}</LTEBand>",
    ),
    Endpoint(path="net/net-mode", source=OLD_TRANSCRIPT, method="POST", act=actions.set_net_mode),
    Endpoint(
        path="net/net-mode-list",
        source=OLD_TRANSCRIPT,
        say="<AccessList>\n<Access>00</Access>\n<Access>01</Access>\n<Access>02</Access>\n"
        "<Access>03</Access>\n</AccessList>\n<BandList>\n<Band>\n"
        "<Name>GSM900&#x2F;GSM1800&#x2F;WCDMA BCVIII&#x2F;WCDMA BCI</Name>\n"
        "<Value>2000000400380</Value>\n</Band>\n</BandList>\n<LTEBandList>\n<LTEBand>\n"
        "<Name>LTE BC1&#x2F;LTE BC3&#x2F;LTE BC7&#x2F;LTE BC8&#x2F;LTE BC20</Name>\n<Value>800c5</Value>\n"
        "</LTEBand>\n<LTEBand>\n<Name>All bands</Name>\n<Value>7ffffffffffffff</Value>\n</LTEBand>\n"
        "</LTEBandList>",
    ),
)
DIAL_ROWS = (
    Endpoint(
        path="dialup/connection",
        source=OLD_TRANSCRIPT,
        say="<RoamAutoConnectEnable>{dial_roam}</RoamAutoConnectEnable>\n<MaxIdelTime>{dial_idle}</MaxIdelTime>\n"
        "<ConnectMode>{dial_mode}</ConnectMode>\n<MTU>{dial_mtu}</MTU>\n<auto_dial_switch>1</auto_dial_switch>\n"
        "<pdp_always_on>0</pdp_always_on>",
    ),
    Endpoint(path="dialup/connection", source=OLD_TRANSCRIPT, method="POST", act=actions.set_dial),
    Endpoint(path="dialup/mobile-dataswitch", source=NEW_DEBUG_LOG, say="<dataswitch>{data_on}</dataswitch>"),
    Endpoint(path="dialup/mobile-dataswitch", source=RASPAP, method="POST", act=actions.data_switch),
    Endpoint(path="dialup/dial", source=DOCUMENT, method="POST", act=actions.dial),
    Endpoint(
        path="dialup/profiles",
        source=memory("names of the elements"),
        say="<CurrentProfile>1</CurrentProfile>\n<Profiles>\n<Profile>\n<Index>1</Index>\n<IsValid>1</IsValid>\n"
        "<Name>internet</Name>\n<ApnIsStatic>1</ApnIsStatic>\n<ApnName>internet</ApnName>\n"
        "<DialupNum>*99#</DialupNum>\n<Username></Username>\n<AuthMode>0</AuthMode>\n"
        "<IpIsStatic>0</IpIsStatic>\n<IpAddress></IpAddress>\n<DnsIsStatic>0</DnsIsStatic>\n<PrimaryDns></PrimaryDns>\n"
        "<SecondaryDns></SecondaryDns>\n<ReadOnly>0</ReadOnly>\n<iptype>0</iptype>\n</Profile>\n</Profiles>",
    ),
)
SMS_ROWS = (
    Endpoint(path="sms/sms-count", source=DOCUMENT, act=sms.counts),
    Endpoint(
        path="sms/sms-list",
        source=LIBRARY_SMS,  # the order; its remark is of a B525s-23a
        method="POST",
        act=sms.messages,
        order=("PageIndex", "ReadCount", "BoxType", "SortType", "Ascending", "UnreadPreferred"),
    ),
    Endpoint(
        path="sms/send-sms",
        source=LIBRARY_SMS,
        method="POST",
        act=sms.send,
        order=("Index", "Phone", "Sca", "Content", "Length", "Reserved", "Date"),
    ),
    Endpoint(path="sms/send-status", source=memory("names of the elements"), act=sms.send_status),
    Endpoint(path="sms/delete-sms", source=LIBRARY_SMS, method="POST", act=sms.delete),
    Endpoint(path="sms/set-read", source=LIBRARY_SMS, method="POST", act=sms.set_read),
)
OTHER_ROWS = (
    Endpoint(
        path="pin/status",
        source=OLD_TRANSCRIPT,  # the states' numbers: RASPAP
        say="<SimState>{sim_state}</SimState>\n<PinOptState>{pin_state}</PinOptState>\n<SimPinTimes>{pin_tries}</SimPinTimes>\n"
        "<SimPukTimes>{puk_tries}</SimPukTimes>",
    ),
    Endpoint(path="pin/operate", source=RASPAP, method="POST", act=actions.operate_pin),
    Endpoint(
        path="pin/simlock",
        source=OLD_TRANSCRIPT,
        say="<SimLockEnable>0</SimLockEnable>\n<SimLockRemainTimes>100</SimLockRemainTimes>\n"
        "<pSimLockEnable></pSimLockEnable>\n<pSimLockRemainTimes></pSimLockRemainTimes>",
    ),
    Endpoint(
        path="global/module-switch",
        source=OLD_TRANSCRIPT,  # the spelling of charger_enbaled too
        say="<ussd_enabled>1</ussd_enabled>\n<bbou_enabled>1</bbou_enabled>\n<sms_enabled>1</sms_enabled>\n"
        "<sdcard_enabled>0</sdcard_enabled>\n<wifi_enabled>0</wifi_enabled>\n"
        "<statistic_enabled>1</statistic_enabled>\n<help_enabled>0</help_enabled>\n<stk_enabled>0</stk_enabled>\n"
        "<pb_enabled>1</pb_enabled>\n<dlna_enabled></dlna_enabled>\n<ota_enabled>0</ota_enabled>\n"
        "<wifioffload_enabled>0</wifioffload_enabled>\n<cradle_enabled>0</cradle_enabled>\n"
        "<multssid_enable>0</multssid_enable>\n<ipv6_enabled>0</ipv6_enabled>\n"
        "<monthly_volume_enabled>1</monthly_volume_enabled>\n<powersave_enabled>0</powersave_enabled>\n"
        "<sntp_enabled>0</sntp_enabled>\n<encrypt_enabled>1</encrypt_enabled>\n"
        "<dataswitch_enabled>0</dataswitch_enabled>\n<poweroff_enabled>0</poweroff_enabled>\n"
        "<ecomode_enabled>1</ecomode_enabled>\n<zonetime_enabled>0</zonetime_enabled>\n"
        "<localupdate_enabled>0</localupdate_enabled>\n<cbs_enabled>0</cbs_enabled>\n"
        "<qrcode_enabled>0</qrcode_enabled>\n<charger_enbaled>0</charger_enbaled>",
        guarded=False,
    ),
    Endpoint(
        path="dhcp/settings",
        source=DOCUMENT,
        say="<DhcpStatus>1</DhcpStatus>\n<DhcpStartIPAddress>192.168.8.100</DhcpStartIPAddress>\n"
        "<DhcpEndIPAddress>192.168.8.200</DhcpEndIPAddress>\n<DhcpLeaseTime>86400</DhcpLeaseTime>\n"
        "<PrimaryDns>192.168.8.1</PrimaryDns>\n<SecondaryDns>192.168.8.1</SecondaryDns>",
    ),
    Endpoint(
        path="online-update/status",
        source=memory("10: nothing found (OnlineUpdateStatus of NEW_DEBUG_LOG)"),
        say="<CurrentComponentStatus>10</CurrentComponentStatus>\n<CurrentComponentIndex></CurrentComponentIndex>\n"
        "<DownloadProgress>0</DownloadProgress>\n<TotalComponents>0</TotalComponents>",
    ),
    Endpoint(
        path="online-update/autoupdate-config",
        source=memory("updates over the air are off"),
        say="<auto_update>0</auto_update>\n<ui_download>0</ui_download>",
    ),
)
ROWS = (
    *(SESSION_ROWS + DEVICE_ROWS + MONITORING_ROWS),
    *(NET_ROWS + DIAL_ROWS + SMS_ROWS + OTHER_ROWS),
)
