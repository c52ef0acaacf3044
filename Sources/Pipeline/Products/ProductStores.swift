package import Alerts

/// A place for products.
///
/// What is put there is durable once the store was flushed, and may come again after a crash: each call is idempotent on the
/// alert's id.
package protocol ProductStore<Failure> {
    associatedtype Failure: Error
}

/// Keeps each alert's record once.
package protocol ArchiveStore: ProductStore {
    /// Whether the store does not know of an alert. One that cannot tell says yes, and keeps the first.
    mutating func isNew(_ key: AlertKey) throws(Failure) -> Bool
    /// Keeps the record of an alert that is new.
    mutating func archive(_ products: Products) throws(Failure)
}

/// Keeps alerts in tables.
package protocol AlertTables: ProductStore {
    /// Inserts the row of an alert that is new, and the points of its history.
    ///
    /// - Returns: Why the tables can never hold it; `nil` for what they hold, or may yet refuse when they are flushed.
    mutating func insert(_ products: Products) throws(Failure) -> AlertError?
    /// Inserts a row of products, or puts it in the place of an earlier one of the alert.
    mutating func insert(_ row: ProductRow, of products: Products) throws(Failure)
}

/// Publishes messages.
package protocol MessageStream<Failure>: ProductStore {
    mutating func publish(_ message: Message) throws(Failure)
}

/// Keeps plots.
package protocol PlotStore: ProductStore {
    /// - Returns: Where it is kept, as rows and messages name it; `nil` where plots are not kept.
    mutating func put(_ plot: Plot) throws(Failure) -> String?
}

/// Stores for everything that an alert makes; one that does not keep something ignores it.
package typealias ProductStores = ArchiveStore & AlertTables & MessageStream & PlotStore
