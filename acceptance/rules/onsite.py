"""现场照片的规则。"""

from portal.rules import rule


@rule("P-034", "系统默认：现场照片按拍摄设备上的摘要核对，传输中改变的不予接收")
def arrived_as_it_was_taken(photo):
    if photo.sha256 and photo.sha256 != photo.file.sha256:
        return "照片与拍摄设备上的摘要不符，可能在传输中损坏；请从设备上重新发送"
    return None


@rule("P-035", "系统默认：现场照片须有拍摄时间和地点，时间不能晚于收到的时间")
def time_and_place_are_stated(photo):
    wrong = []
    if photo.taken_at > photo.received_at + photo.CLOCKS_DIFFER:
        wrong.append(f"拍摄时间 {photo.taken_at:%Y-%m-%d %H:%M} 晚于收到的时间，请核对设备的时钟")
    if not photo.place.strip() and photo.latitude is None:
        wrong.append("请填写拍摄地点，或允许浏览器提供位置")
    if (photo.latitude is None) != (photo.longitude is None):
        wrong.append("经度、纬度须同时填写")
    return wrong
