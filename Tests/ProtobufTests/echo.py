"""Google's own reader and writer: each line is a message of hexadecimal digits, and comes back parsed and written again."""

import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

Field = descriptor_pb2.FieldDescriptorProto
file = descriptor_pb2.FileDescriptorProto(name="test.proto", package="nightjar", syntax="proto3")
everything = file.message_type.add(name="Everything")
types = {
    1: ("int64", Field.TYPE_INT64), 2: ("int32", Field.TYPE_INT32), 3: ("sint64", Field.TYPE_SINT64),
    4: ("bool", Field.TYPE_BOOL), 5: ("fixed64", Field.TYPE_FIXED64), 6: ("fixed32", Field.TYPE_FIXED32),
    7: ("double", Field.TYPE_DOUBLE), 8: ("float", Field.TYPE_FLOAT), 9: ("string", Field.TYPE_STRING),
    10: ("bytes", Field.TYPE_BYTES), 11: ("uint64", Field.TYPE_UINT64),
}
for number, (name, kind) in types.items():
    everything.field.add(name=name, number=number, type=kind, label=Field.LABEL_OPTIONAL)
everything.field.add(
    name="inner", number=16, type=Field.TYPE_MESSAGE, type_name=".nightjar.Everything", label=Field.LABEL_REPEATED)
everything.field.add(name="packed", number=2047, type=Field.TYPE_UINT64, label=Field.LABEL_REPEATED)
entry = everything.nested_type.add(name="MapEntry")
entry.options.map_entry = True
for number, name in ((1, "key"), (2, "value")):
    entry.field.add(name=name, number=number, type=Field.TYPE_STRING, label=Field.LABEL_OPTIONAL)
everything.field.add(
    name="map", number=536870911, type=Field.TYPE_MESSAGE, type_name=".nightjar.Everything.MapEntry",
    label=Field.LABEL_REPEATED)
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
Everything = message_factory.GetMessageClass(pool.FindMessageTypeByName("nightjar.Everything"))

for line in sys.stdin:
    message = Everything.FromString(bytes.fromhex(line.strip()))
    text = json.dumps(json_format.MessageToDict(message), sort_keys=True, separators=(",", ":"))
    print(message.SerializeToString(deterministic=True).hex(), text)
