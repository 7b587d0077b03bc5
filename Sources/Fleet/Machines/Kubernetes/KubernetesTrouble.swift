internal import FlashSale

/// What kubectl says when something is wrong, in words that say what to do. The texts are those of kubectl 1.32, and of containerd's
/// runc and CRI-O where they start a program.
package enum KubernetesTrouble {
    /// Why kubectl has ended, without the end of a sentence; nil where it says nothing of its own.
    ///
    /// - Parameters:
    ///   - pod: in which a worker was to run; nil for a question to the cluster.
    ///   - path: of our binary in the container.
    package static func reason(
        place: KubernetesPlace, pod: String?, path: String, exitCode: Int32?, errors: String
    ) -> String? {
        let said = lastWords(errors)
        let has = { (texts: String...) in texts.contains { errors.contains($0) } }
        if has("(Unauthorized)", "must be logged in to the server", "provide credentials") {
            return
                "the cluster does not accept the kubeconfig's credentials: has the token expired? Log in again (\(said))"
        }
        if has("cannot create resource \"pods/exec\"") {
            return
                "the kubeconfig's user may not run programs in pods of \(place.namespace): the right `create` on `pods/exec` is wanted (\(said))"
        }
        if has("(Forbidden)", "is forbidden") {
            return "the kubeconfig's user has no right to do that in \(place.namespace) (\(said))"
        }
        if let pod, has("pods \"\(pod)\" not found", "(NotFound)") {
            return "the pod \(pod) is gone"
        }
        if let pod,
            has(
                "container not found", "is not valid for pod", "container is not created or running",
                "cannot exec in a stopped")
        {
            return "the container in the pod \(pod) is not running (\(said))"
        }
        if let pod, has("no such file or directory", "executable file not found") {
            return
                "there is no \(path) in the image of the pod \(pod): use the image of scripts/package, or name where stress is with --remote-binary"
        }
        if let pod, has("permission denied"), has("exec") { return "\(path) may not be executed in the pod \(pod)" }
        if let pod, has("exec format error") {
            return "\(path) is no program for the processors of the pod \(pod)'s node"
        }
        if let pod, exitCode == 137 {
            return "something ended stress in the pod \(pod) by force: its memory limit, or the end of the pod"
        }
        if has(
            "was refused - did you specify", "connection refused", "no such host", "i/o timeout", "Client.Timeout",
            "TLS handshake timeout")
        {
            return "the cluster of the kubeconfig's context does not answer (\(said))"
        }
        if has(
            "context was not found", "error loading config file", "no configuration has been provided",
            "current-context is not set")
        {
            return "kubectl finds no cluster: the kubeconfig (\(said))"
        }
        return said.isEmpty ? nil : "kubectl ended\(exitCode.map { " with \($0)" } ?? ""): \(said)"
    }

    /// The last line of kubectl's own, without what its libraries log.
    private static func lastWords(_ errors: String) -> String {
        let lines = errors.split(separator: "\n").map(String.init)
        let own = lines.filter { !$0.hasPrefix("command terminated") && !isLog($0) }
        return (own.last ?? lines.last).map { ForeignText.shown($0) } ?? ""
    }

    /// `E1129 20:55:33.583315    3867 memcache.go:265] …`
    private static func isLog(_ line: String) -> Bool {
        guard let first = line.first, "EWIF".contains(first) else { return false }
        return line.dropFirst().prefix(4).allSatisfy(\.isNumber) && line.dropFirst(5).first == " "
    }
}
