internal import FlashSale
internal import Foundation

/// What `kubectl get pods -o json` says, as far as it matters here.
struct PodList: Decodable {
    struct Pod: Decodable {
        struct Metadata: Decodable {
            var name: String
            var annotations: [String: String]?
            var deletionTimestamp: String?
        }
        struct Container: Decodable {
            var name: String
        }
        struct Spec: Decodable {
            var containers: [Container]
        }
        struct Condition: Decodable {
            var type: String
            var status: String
            var reason: String?
            var message: String?
        }
        struct Waiting: Decodable {
            var reason: String?
            var message: String?
        }
        struct State: Decodable {
            var waiting: Waiting?
        }
        struct ContainerStatus: Decodable {
            var state: State?
        }
        struct Status: Decodable {
            var phase: String?
            var reason: String?
            var conditions: [Condition]?
            var containerStatuses: [ContainerStatus]?
        }
        var metadata: Metadata
        var spec: Spec
        var status: Status?
    }

    var items: [Pod]
}

extension PodList.Pod {
    /// Whether a program can be started in it now.
    var isReady: Bool {
        metadata.deletionTimestamp == nil && status?.phase == "Running"
            && status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true
    }

    /// Whether it is over, and no worker is to be expected of it: an earlier Job's.
    var isOver: Bool { ["Succeeded", "Failed"].contains(status?.phase ?? "") }

    /// Why it is not ready, in words: `w-3 is Pending: 0/4 nodes are available`.
    var state: String {
        if metadata.deletionTimestamp != nil { return "\(metadata.name) is being deleted" }
        let waiting = status?.containerStatuses?.lazy.compactMap { $0.state?.waiting }.first
        let condition = status?.conditions?.first { $0.status == "False" && $0.message != nil }
        let why = [waiting?.reason, waiting?.message ?? condition?.message ?? status?.reason].compactMap { $0 }
        let phase = status?.phase == "Running" ? "Running, and not ready" : status?.phase ?? "in no known state"
        let text = "\(metadata.name) is \(phase)" + (why.isEmpty ? "" : ": " + why.joined(separator: ": "))
        return ForeignText.shown(text, limit: 300)
    }

    /// The container that a worker runs in.
    ///
    /// - Parameter wanted: what the user named.
    /// - Throws: ``RunError`` with 64 where it is not clear.
    func container(_ wanted: String?) throws(RunError) -> String {
        let names = spec.containers.map(\.name)
        let shown = ForeignText.shown(names.joined(separator: ", "))
        if let wanted {
            guard names.contains(wanted) else {
                throw RunError(
                    .usage,
                    "--kubernetes-container \(wanted): the pod \(metadata.name) has no such container, but \(shown)")
            }
            return wanted
        }
        if names.count == 1 { return names[0] }
        let usual = metadata.annotations?["kubectl.kubernetes.io/default-container"]
        if let name = [usual, "stress"].compactMap({ $0 }).first(where: names.contains) { return name }
        throw RunError(
            .usage,
            "the pod \(metadata.name) has \(names.count.counted("container")) (\(shown)): say with --kubernetes-container in which stress is"
        )
    }
}
