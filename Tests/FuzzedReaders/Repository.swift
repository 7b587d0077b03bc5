import Foundation

/// The files of this repository that readers are fed with.
package enum Repository {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The contents of the files in a folder whose names end so, in the order of their names.
    static func files(in folder: String, ending: String) -> [[UInt8]] {
        contents(of: root.appendingPathComponent(folder), ending: ending).map(\.bytes)
    }

    /// Inputs that once broke a reader, or that taught the fuzzer most, by the names of their files.
    package static func corpus(of reader: String) -> [(name: String, bytes: [UInt8])] {
        contents(of: root.appendingPathComponent("Tests/Fuzzing/Corpus/\(reader)"), ending: "")
    }

    /// The names of the folders of the corpus.
    package static var corpusFolders: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Tests/Fuzzing/Corpus").path))
            ?? []
    }

    private static func contents(of folder: URL, ending: String) -> [(name: String, bytes: [UInt8])] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, Array($0)) }
        }
    }
}
