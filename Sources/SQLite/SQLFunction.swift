internal import CSQLite

/// The arguments of a function's call.
package struct FunctionArguments {
    fileprivate let values: UnsafeMutablePointer<OpaquePointer?>?
    /// How many there are.
    package let count: Int

    /// A number; `nil` for a null and for a text that is not numeric.
    package func double(_ index: Int) -> Double? {
        let value = values?[index]
        switch sqlite3_value_numeric_type(value) {
        case SQLITE_INTEGER, SQLITE_FLOAT: return sqlite3_value_double(value)
        default: return nil
        }
    }

    /// The bytes of a text, or of a number written as one; `nil` for a null. They are there during the call.
    package func text(_ index: Int) -> UnsafeRawBufferPointer? {
        let value = values?[index]
        guard sqlite3_value_type(value) != SQLITE_NULL, let text = sqlite3_value_text(value) else { return nil }
        return UnsafeRawBufferPointer(start: text, count: Int(sqlite3_value_bytes(value)))
    }
}

extension Database {
    /// Adds a function that always gives the same value for the same arguments.
    ///
    /// - Parameters:
    ///   - name: Its name; one of SQLite's own is replaced.
    ///   - arguments: How many arguments it takes.
    ///   - call: Sets the value; where it sets none, it is null.
    /// - Throws: ``SQLiteError`` where SQLite refuses it.
    package func add(
        function name: String, arguments: Int, _ call: @escaping (FunctionArguments, ResultValue) -> Void
    ) throws(SQLiteError) {
        let status = sqlite3_create_function_v2(
            handle, name, CInt(arguments), Self.flags, Unmanaged.passRetained(Function(call)).toOpaque(),
            { context, count, values in
                guard let context, let box = sqlite3_user_data(context) else { return }
                Unmanaged<Function>.fromOpaque(box).takeUnretainedValue().call(
                    FunctionArguments(values: values, count: Int(count)), ResultValue(context: context))
            }, nil, nil, { $0.map { Unmanaged<Function>.fromOpaque($0).release() } })
        guard status == SQLITE_OK else { throw error(status, sql: name) }
    }

    /// Adds an aggregate function, whose state is some numbers that begin as 0.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - arguments: How many arguments it takes.
    ///   - numbers: How many numbers its state has.
    ///   - step: Takes the arguments of a row into the state.
    ///   - end: Sets the value from the state; not called without rows, whose value is null.
    /// - Throws: ``SQLiteError`` where SQLite refuses it.
    package func add(
        aggregate name: String, arguments: Int, numbers: Int,
        step: @escaping (FunctionArguments, UnsafeMutablePointer<Double>) -> Void,
        end: @escaping (UnsafePointer<Double>, ResultValue) -> Void
    ) throws(SQLiteError) {
        let status = sqlite3_create_function_v2(
            handle, name, CInt(arguments), Self.flags,
            Unmanaged.passRetained(Aggregate(numbers, step, end)).toOpaque(), nil,
            { context, count, values in
                guard let context, let box = sqlite3_user_data(context) else { return }
                let aggregate = Unmanaged<Aggregate>.fromOpaque(box).takeUnretainedValue()
                // SQLite gives it zeroed.
                guard let state = sqlite3_aggregate_context(context, CInt(aggregate.numbers * 8)) else { return }
                aggregate.step(
                    FunctionArguments(values: values, count: Int(count)), state.assumingMemoryBound(to: Double.self))
            },
            { context in
                guard let context, let box = sqlite3_user_data(context),
                    let state = sqlite3_aggregate_context(context, 0)
                else { return }
                Unmanaged<Aggregate>.fromOpaque(box).takeUnretainedValue().end(
                    UnsafePointer(state.assumingMemoryBound(to: Double.self)), ResultValue(context: context))
            }, { $0.map { Unmanaged<Aggregate>.fromOpaque($0).release() } })
        guard status == SQLITE_OK else { throw error(status, sql: name) }
    }

    /// Adds an aggregate function of the numbers in a column.
    ///
    /// - Parameters:
    ///   - name: Its name; it takes one argument, whose nulls are left out.
    ///   - end: Sets the value; not called without rows, whose value is null.
    /// - Throws: ``SQLiteError`` where SQLite refuses it.
    package func add(
        aggregateOfNumbers name: String, _ end: @escaping (inout [Double], ResultValue) -> Void
    ) throws(SQLiteError) {
        try add(aggregate: name, arguments: 1, numbers: 1) { arguments, state in
            guard let number = arguments.double(0) else { return }
            // The state is a reference, and 0 before the first number. SQLite ends each state that it began.
            let numbers: Numbers
            if state[0] == 0 {
                numbers = Numbers()
                let bits = UInt64(UInt(bitPattern: Unmanaged.passRetained(numbers).toOpaque()))
                state[0] = Double(bitPattern: bits)
            } else {
                numbers = Numbers.of(state[0]).takeUnretainedValue()
            }
            numbers.values.append(number)
        } end: { state, result in
            if state[0] != 0 { end(&Numbers.of(state[0]).takeRetainedValue().values, result) }
        }
    }

    private final class Numbers {
        var values: [Double] = []

        static func of(_ state: Double) -> Unmanaged<Numbers> {
            guard let pointer = UnsafeRawPointer(bitPattern: UInt(state.bitPattern)) else {
                preconditionFailure("an aggregate's state is gone")
            }
            return Unmanaged<Numbers>.fromOpaque(pointer)
        }
    }

    private static let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS

    private final class Function {
        let call: (FunctionArguments, ResultValue) -> Void
        init(_ call: @escaping (FunctionArguments, ResultValue) -> Void) { self.call = call }
    }

    private final class Aggregate {
        let numbers: Int
        let step: (FunctionArguments, UnsafeMutablePointer<Double>) -> Void
        let end: (UnsafePointer<Double>, ResultValue) -> Void

        init(
            _ numbers: Int, _ step: @escaping (FunctionArguments, UnsafeMutablePointer<Double>) -> Void,
            _ end: @escaping (UnsafePointer<Double>, ResultValue) -> Void
        ) { (self.numbers, self.step, self.end) = (numbers, step, end) }
    }
}
