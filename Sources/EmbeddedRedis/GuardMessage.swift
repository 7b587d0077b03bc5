/// What the guard tells the coordinator, one line each.
enum GuardMessage: Equatable {
    /// The temporary folder exists now, and is ours to remove.
    case folderMade
    /// The server's process id. It does not listen yet.
    case started(Int32)
    /// The server ended without having been asked to: how.
    case ended(String)
    /// The server and all that it started are gone, as was ordered: how it ended.
    case down(String)
    /// The kernel says that all of the server stands still.
    case frozen
    /// The kernel says that the server goes on.
    case thawed
    /// The order could not be carried out, and nothing has changed: why.
    case refused(String)
    /// The guard could not do its work: why.
    case failed(String)

    var line: String {
        switch self {
        case .folderMade: "folder\n"
        case .started(let process): "pid \(process)\n"
        case .ended(let how): "ended \(how)\n"
        case .down(let how): "down \(how)\n"
        case .frozen: "frozen\n"
        case .thawed: "thawed\n"
        case .refused(let why): "refused \(why.replacing("\n", with: " "))\n"
        case .failed(let why): "error \(why.replacing("\n", with: " "))\n"
        }
    }

    /// Reads a line without its end.
    init?(line: String) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("folder", 1): self = .folderMade
        case ("pid", 2):
            guard let process = Int32(parts[1]) else { return nil }
            self = .started(process)
        case ("ended", 2): self = .ended(parts[1])
        case ("down", 2): self = .down(parts[1])
        case ("frozen", 1): self = .frozen
        case ("thawed", 1): self = .thawed
        case ("refused", 2): self = .refused(parts[1])
        case ("error", 2): self = .failed(parts[1])
        default: return nil
        }
    }
}
