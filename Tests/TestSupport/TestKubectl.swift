import Foundation

/// A `kubectl` for tests, with pods that are this machine: `get pods -o json` from a file, `exec -i` runs the program here, and what it
/// says of failures are kubectl 1.32's own words.
package final class TestKubectl {
    private let folder: TestFolder

    /// - Parameter pods: names of pods that run and are ready.
    package init(pods: [String]) throws {
        folder = try TestFolder("kubectl")
        _ = try folder.script("kubectl", Self.script)
        try set(pods: pods.map { Self.pod($0) })
    }

    /// With this before all others, the stand-in is found.
    package var path: String { "\(folder.path):/usr/local/bin:/usr/bin:/bin" }

    /// What each call was asked, a line each.
    package var calls: [String] {
        let text = (try? String(contentsOfFile: "\(folder.path)/calls", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    package func set(pods: [String]) throws {
        try folder.file("pods.json", "{\"kind\": \"List\", \"items\": [\(pods.joined(separator: ","))]}")
    }

    /// Lets every `get` or `exec` fail with this text.
    package func fail(_ verb: String, _ errors: String) throws { try folder.file("\(verb).errors", errors) }

    /// Lets `get namespace` say that there is none.
    package func removeNamespace() throws { try folder.file("no-namespace", "") }

    /// A pod as JSON.
    package static func pod(
        _ name: String, phase: String = "Running", isReady: Bool = true, containers: [String] = ["stress"],
        waiting: String? = nil, condition: String? = nil, isDeleted: Bool = false, defaultContainer: String? = nil
    ) -> String {
        let metadata =
            "\"name\": \"\(name)\"" + (isDeleted ? ", \"deletionTimestamp\": \"2026-11-29T20:00:00Z\"" : "")
            + (defaultContainer.map { ", \"annotations\": {\"kubectl.kubernetes.io/default-container\": \"\($0)\"}" }
                ?? "")
        let names = containers.map { "{\"name\": \"\($0)\"}" }.joined(separator: ",")
        let message = condition.map { ", \"reason\": \"Unschedulable\", \"message\": \"\($0)\"" } ?? ""
        let ready = "{\"type\": \"Ready\", \"status\": \"\(isReady ? "True" : "False")\"\(message)}"
        let state =
            waiting.map { "{\"state\": {\"waiting\": {\"reason\": \"\($0)\"}}}" } ?? "{\"state\": {\"running\": {}}}"
        return """
            {"metadata": {\(metadata)}, "spec": {"containers": [\(names)]}, "status": {"phase": "\(phase)", "conditions": [\(ready)], \
            "containerStatuses": [\(state)]}}
            """
    }

    private static let script = #"""
        folder=$(dirname "$0")
        echo "$*" >> "$folder/calls"
        verb=$1
        if [ -e "$folder/$verb.errors" ]; then
            cat "$folder/$verb.errors" >&2
            exit 1
        fi
        case "$1 $2" in
            "get pods") cat "$folder/pods.json" ;;
            "get namespace")
                if [ -e "$folder/no-namespace" ]; then
                    echo 'Error from server (NotFound): namespaces "nowhere" not found' >&2
                    exit 1
                fi ;;
            exec*)
                shift
                while [ "$1" != -- ]; do
                    case $1 in -*) ;; *) pod=$1 ;; esac
                    shift
                done
                shift
                if ! grep -q "\"name\": \"$pod\"" "$folder/pods.json"; then
                    echo "Error from server (NotFound): pods \"$pod\" not found" >&2
                    exit 1
                fi
                if [ ! -e "$1" ]; then
                    echo "OCI runtime exec failed: exec failed: unable to start container process: exec: \"$1\": stat $1: no such file or directory: unknown" >&2
                    echo 'command terminated with exit code 126' >&2
                    exit 126
                fi
                "$@"
                code=$?
                [ $code = 0 ] || echo "command terminated with exit code $code" >&2
                exit $code ;;
        esac
        """#
}
