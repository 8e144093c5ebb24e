using System.Security.Cryptography;
using System.Text;
using Jint.Native;
using Jint.Runtime;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary><c>md5</c> and <c>sha256</c> of a run.</summary>
internal sealed class HashFunctions(Redaction redaction)
{
    /// <summary>MD5 as lower-case hex; null without argument.</summary>
#pragma warning disable CA5351 // Users' databases hold MD5; it is a function for their scripts, we trust nothing to it.
    public JsValue Md5(JsValue[] arguments) => Hash(arguments, MD5.HashData);
#pragma warning restore CA5351

    /// <summary>SHA-256 as lower-case hex; null without argument.</summary>
    public JsValue Sha256(JsValue[] arguments) => Hash(arguments, SHA256.HashData);

    private JsValue Hash(JsValue[] arguments, Func<byte[], byte[]> hash)
    {
        if (arguments.Length == 0)
        {
            return JsValue.Null;
        }

        var text = TypeConverter.ToString(arguments[0]);
        var hex = Convert.ToHexStringLower(hash(Encoding.UTF8.GetBytes(text)));
        if (redaction.IsSecret(text))
        {
            // The digest of a password is as good as the password where it is what the user's system compares.
            redaction.Add(hex);
        }

        return JsString.Create(hex);
    }
}
