extension Strategy {
    /// How the service that buyers ask is started for the run: `service:` with `start:`.
    package struct ServiceStart: Sendable, Equatable {
        /// A request that says, by any status of 2xx, that the service is open.
        package struct Request: Sendable, Equatable {
            package var method: String
            /// It begins with a slash.
            package var path: String

            package init(method: String, path: String) {
                self.method = method
                self.path = path
            }
        }

        /// A variable of its environment.
        package struct Variable: Sendable, Equatable {
            package var name: String
            package var value: ServiceText

            package init(name: String, value: ServiceText) {
                self.name = name
                self.value = value
            }
        }

        /// Where the service is once it is open.
        package var url: ServiceText
        /// The program and its arguments.
        package var words: [ServiceText]
        /// nil where it is open as soon as it listens.
        package var ready: Request?
        /// Beside our own environment, or in the place of what has the same name there; in the order of the file.
        package var variables: [Variable] = []
        /// Where it works, from the strategy file's folder; nil for that folder.
        package var folder: String?
        /// How long it may take to end once it is told to (SIGTERM), in nanoseconds; then it is killed.
        package var graceNanoseconds: UInt64 = 3_000_000_000
        package var line: Int

        package init(url: ServiceText, words: [ServiceText], line: Int) {
            self.url = url
            self.words = words
            self.line = line
        }

        private var texts: [ServiceText] { [url] + words + variables.map(\.value) }

        /// Whether it is told of a Redis, so that the run has one for it.
        package var namesRedis: Bool { texts.contains { $0.values.contains(where: \.isOfRedis) } }
        /// Whether it is told of a folder of the run's.
        package var namesFolder: Bool { texts.contains { $0.values.contains(.run) } }
        /// Whether we choose its port.
        package var choosesPort: Bool { url.values.contains(.port) }

        /// Its words as they stand in the file, for people.
        package var source: String {
            words.map { word in
                let text = word.source
                return text.contains(where: \.isWhitespace) || text.isEmpty ? "\"\(text)\"" : text
            }.joined(separator: " ")
        }
    }
}
