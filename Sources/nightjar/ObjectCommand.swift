internal import Query

/// `nightjar object NAME --data DIR`
enum ObjectCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: [], repeatable: ["data"], flags: ["json"])
        let name = try call.soleOperand("NAME")
        let reader = try DataReader(call.dataFolders())
        for object in try NamedObject.objects(name, in: reader) {
            if call.flags.contains("json") {
                try Terminal.put(report: ObjectJSON(object: object))
            } else {
                for line in ObjectText.lines(object) { try Terminal.say(line) }
            }
        }
    }
}
