internal import Glibc

/// The file that this process runs, to start it again.
package enum OwnBinary {
    /// Its path, so that `ps` shows a name; the kernel's link where the file was replaced meanwhile.
    package static var path: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { return "/proc/self/exe" }
        let path = String(decoding: buffer[..<count], as: UTF8.self)
        return access(path, X_OK) == 0 ? path : "/proc/self/exe"
    }
}
