/// What a connection is on the server: in a transaction, watching, signed in, in a database.
struct ProxiedSession {
    /// A transaction that is larger is not run twice.
    private static let mostBytes = 1 << 20

    var isInTransaction = false
    /// Whether anything that is queued may write.
    var transactionMayWrite = false
    var isWatching = false
    /// The bytes of MULTI and of what was queued behind it; nil where they were not kept from its start.
    private(set) var transaction: [UInt8]?
    private(set) var transactionCount = 0
    // The last command of each of these that the client sent. They may hold a password, and go nowhere but to the server.
    private var hello: [UInt8] = []
    private var authentication: [UInt8] = []
    private var selection: [UInt8] = []

    /// What makes a new connection the same as this one, and how many commands it is.
    var introduction: (bytes: [UInt8], count: Int) {
        (hello + authentication + selection, [hello, authentication, selection].count { !$0.isEmpty })
    }

    /// A command goes to the server.
    ///
    /// - Parameter keepsTransactions: whether the bytes of a transaction may be asked for.
    mutating func admit(
        _ role: CommandTraits.Role, mayWrite: Bool, bytes: UnsafeRawBufferPointer, keepsTransactions: Bool
    ) {
        switch role {
        case .multi:
            guard !isInTransaction else { return }
            isInTransaction = true
            transactionMayWrite = false
            transaction = keepsTransactions ? Array(bytes) : nil
            transactionCount = 1
        case .exec, .discard: endTransaction()
        case .reset:
            self = ProxiedSession()
        case .watch: isWatching = true
        case .unwatch: if !isInTransaction { isWatching = false }
        case .hello: hello = Array(bytes)
        case .auth: authentication = Array(bytes)
        case .select: if !isInTransaction { selection = Array(bytes) }
        default: break
        }
        guard isInTransaction, role != .multi, role != .watch else { return }
        transactionMayWrite = transactionMayWrite || mayWrite
        transactionCount += 1
        if let count = transaction?.count, count + bytes.count > Self.mostBytes { transaction = nil }
        transaction?.append(contentsOf: bytes)
    }

    mutating func endTransaction() {
        isInTransaction = false
        transactionMayWrite = false
        isWatching = false
        transaction = nil
    }
}
