/// An error that can stand for what SQLite refuses.
package protocol SQLiteFailure: Error {
    /// The error that stands for SQLite's.
    init(_ error: SQLiteError)
}

extension SQLiteError: SQLiteFailure {
    /// The same error.
    package init(_ error: SQLiteError) { self = error }
}

extension Database {
    /// Runs `work` whole or not at all, with the right to write from its start.
    package func transaction<Result, Failure: SQLiteFailure>(
        _ work: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        do { try begin() } catch { throw Failure(error) }
        do throws(Failure) {
            let result = try work()
            do { try commit() } catch { throw Failure(error) }
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Opens a transaction with the right to write, for one that is not a single piece of work; ``commit()`` or
    /// ``rollBack()`` ends it.
    package func begin() throws(SQLiteError) { try execute("BEGIN IMMEDIATE") }

    /// Makes the open transaction durable.
    package func commit() throws(SQLiteError) { try execute("COMMIT") }

    /// Drops the open transaction; where SQLite has rolled back by itself there is none.
    package func rollBack() { try? execute("ROLLBACK") }
}
