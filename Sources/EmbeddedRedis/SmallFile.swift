internal import Glibc

/// Whole files of a few kilobytes, in /proc and in the server's folder.
enum SmallFile {
    /// The file's text, or nil if it cannot be read. Stops after one mebibyte.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        while text.count < 1 << 20 {
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { return nil }
            text += piece
        }
        return String(decoding: text, as: UTF8.self)
    }
}
