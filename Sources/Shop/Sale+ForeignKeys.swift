internal import FlashSale
internal import Strategies

/// Keys without the sale's tag. A script that makes up its keys itself knows no tag, so that the commands around it cannot have one
/// either. On a private server they harm nobody; elsewhere they may be somebody's.
extension Sale {
    /// Whether the commands of the file may touch keys that are not this sale's.
    var mayTouchForeignKeys: Bool { isPrivate && !(strategy.scripts + strategy.libraries).isEmpty }

    /// - Throws: ``RunError`` with 64 for a key without `{sale}` on a server that is not private.
    func checkDeclaredKeys() throws(RunError) {
        guard !isPrivate, let key = strategy.foreignKey else { return }
        throw RunError(
            .usage,
            "\(strategy.file): the key \(key.name) should contain {sale}, so that a run never touches anybody else's keys; a key without it "
                + "can be used on a private server only: run without --redis, or give the script its keys")
    }

    /// What the user should know of them; nil where there are none.
    var foreignKeysFinding: Finding? {
        guard let first = foreignKeys.first else { return nil }
        let others = foreignKeys.count - 1
        return Finding(
            .foreignKeys,
            "\(first)\(others == 0 ? "" : " and \(others.counted("other key"))") \(others == 0 ? "is a key" : "are keys") without {sale}, made up by a "
                + "script: allowed on this private server, refused on one of your own, where they may be somebody's.")
    }
}
