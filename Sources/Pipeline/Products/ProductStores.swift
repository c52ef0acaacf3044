package import Alerts

/// A store of products.
///
/// Products are durable once the store was flushed, and may be put again after a crash: each call is idempotent on the alert's
/// id.
package protocol ProductStore<Failure> {
    /// The error of the store.
    associatedtype Failure: Error
}

/// Stores each alert's record once.
package protocol ArchiveStore: ProductStore {
    /// Whether an alert is not stored yet. A store that cannot look it up returns `true`, and keeps the first record.
    mutating func isNew(_ key: AlertKey) throws(Failure) -> Bool
    /// Stores the record of a new alert.
    mutating func archive(_ products: Products) throws(Failure)
}

/// Stores alerts in tables.
package protocol AlertTables: ProductStore {
    /// Inserts the row of a new alert, and the points of its history.
    ///
    /// - Returns: Why the tables refuse it for good; `nil` where they accept it, or decide when they are flushed.
    mutating func insert(_ products: Products) throws(Failure) -> AlertError?
    /// Inserts a row of products, or replaces the alert's earlier row.
    mutating func insert(_ row: ProductRow, of products: Products) throws(Failure)
}

/// Publishes messages.
package protocol MessageStream<Failure>: ProductStore {
    /// Publishes a message.
    mutating func publish(_ message: Message) throws(Failure)
}

/// Stores plots.
package protocol PlotStore: ProductStore {
    /// Stores a plot.
    ///
    /// - Returns: Its path or address, as rows and messages have it; `nil` where plots are not stored.
    mutating func put(_ plot: Plot) throws(Failure) -> String?
}

/// Stores for all products of an alert; a store ignores those that it does not keep.
package typealias ProductStores = ArchiveStore & AlertTables & MessageStream & PlotStore
