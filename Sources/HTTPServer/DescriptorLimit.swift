internal import Glibc

/// How many files and connections the process may have open.
package enum DescriptorLimit {
    /// More are of no use.
    private static let most: rlim_t = 65_536

    /// Raises the limit as far as the process may.
    ///
    /// - Returns: The limit.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        let wanted = max(limit.rlim_cur, min(limit.rlim_max, most))
        if wanted > limit.rlim_cur {
            var raised = limit
            raised.rlim_cur = wanted
            if setrlimit(resource, &raised) == 0 { return Int(wanted) }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
