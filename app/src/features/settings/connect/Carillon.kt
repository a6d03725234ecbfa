// Carillon.kt: talks to Carillon, and draws what the app draws itself.
// Manifest: <uses-permission android:name="android.permission.INTERNET"/>
//           <uses-permission android:name="android.permission.POST_NOTIFICATIONS"/>
//           <receiver android:name=".CarillonReplies" android:exported="false"/>

import android.Manifest
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.graphics.BitmapFactory
import android.net.Uri
import android.os.Build
import android.util.Log
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import androidx.core.app.RemoteInput
import androidx.core.content.ContextCompat
import java.net.HttpURLConnection
import java.net.URL
import java.time.Instant
import java.util.Locale
import java.util.TimeZone
import java.util.UUID
import java.util.concurrent.Executors
import org.json.JSONArray
import org.json.JSONObject

object Carillon {
    private const val SERVER = "{server}"
    private const val APP = "{app}"
    /** An API key with the scope "ingest" alone. */
    private const val KEY = "{key}"
    /** The channel that is entered under What the app can show. */
    const val CHANNEL = "{channel}"

    private val network = Executors.newSingleThreadExecutor()

    /** Who is signed in, kept over restarts: tokens change while nobody is there. */
    fun contact(context: Context): String? = kept(context).getString("contact", null)

    /** This installation's own name, kept for as long as the app is. */
    private fun device(context: Context): String {
        val kept = kept(context).getString("device", null)
        return kept ?: UUID.randomUUID().toString().also {
            kept(context).edit().putString("device", it).apply()
        }
    }

    private fun kept(context: Context) =
        context.getSharedPreferences("carillon", Context.MODE_PRIVATE)

    /** Registers this installation. Doing it again changes nothing: do it at each start. */
    fun register(context: Context, contact: String, provider: String, token: String) {
        kept(context).edit().putString("contact", contact).apply()
        val allowed = NotificationManagerCompat.from(context).areNotificationsEnabled()
        val body = JSONObject()
            .put("app", APP)
            .put("channel", provider)
            .put("token", token)
            .put("os_permission", if (allowed) "granted" else "denied")
            .put("model", Build.MODEL)
            .put("os_version", Build.VERSION.RELEASE)
            .put("locale", Locale.getDefault().toLanguageTag())
            .put("time_zone", TimeZone.getDefault().id)
        send("PUT", "/contacts/${Uri.encode(contact)}/devices/${Uri.encode(device(context))}", body)
    }

    /** Takes this installation from the contact who signs out. */
    fun signOut(context: Context) {
        val contact = contact(context) ?: return
        kept(context).edit().remove("contact").apply()
        val path = "/contacts/${Uri.encode(contact)}/devices/${Uri.encode(device(context))}"
        send("DELETE", "$path?app=$APP", null)
    }

    /** Tells what became of a push: "displayed", "opened" or "action". */
    fun report(id: String?, kind: String, action: String? = null, reply: String? = null) {
        id ?: return
        val report = JSONObject()
            .put("carillon_id", id)
            .put("kind", kind)
            .put("at", Instant.now().toString())
        action?.let { report.put("action", it) }
        reply?.let { report.put("reply", it) }
        send("POST", "/reports", report)
    }

    private fun send(method: String, path: String, body: JSONObject?) {
        network.execute {
            try {
                val call = URL("$SERVER/api/v1$path").openConnection() as HttpURLConnection
                call.requestMethod = method
                call.setRequestProperty("Authorization", "Bearer $KEY")
                if (body != null) {
                    call.setRequestProperty("Content-Type", "application/json")
                    call.doOutput = true
                    call.outputStream.use { it.write(body.toString().toByteArray()) }
                }
                if (call.responseCode >= 300) {
                    // The answer names the field that is wrong.
                    val answer = call.errorStream?.bufferedReader()?.readText()
                    Log.w("Carillon", "${call.responseCode} $answer")
                }
            } catch (error: Exception) {
                Log.w("Carillon", "$method $path failed", error)
            }
        }
    }

    /** Once, at the start of the app: Android shows nothing without a channel. */
    fun createChannel(context: Context) {
        val channel = NotificationChannel(CHANNEL, "Offers", NotificationManager.IMPORTANCE_DEFAULT)
        context.getSystemService(NotificationManager::class.java).createNotificationChannel(channel)
    }

    /**
     * Draws a push from its data. Call it off the main thread: the image is fetched here.
     * `screen` is the activity that a tap opens.
     */
    fun show(context: Context, data: Map<String, String>, screen: Class<*>) {
        val id = data["carillon_id"] ?: return
        // A later push with the same tag takes this one's place.
        val tag = data["tag"] ?: id
        val open = Intent(context, screen)
            .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK or Intent.FLAG_ACTIVITY_CLEAR_TOP)
            .putExtra("carillon_id", id)
            .putExtra("link", data["link"])
        val fixed = PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE
        val drawn = NotificationCompat.Builder(context, data["channel_id"] ?: CHANNEL)
            .setSmallIcon(R.drawable.ic_notification)
            .setContentTitle(data["title"])
            .setContentText(data["body"])
            .setStyle(NotificationCompat.BigTextStyle().bigText(data["body"]))
            .setAutoCancel(true)
            .setContentIntent(PendingIntent.getActivity(context, id.hashCode(), open, fixed))
        data["badge"]?.toIntOrNull()?.let { drawn.setNumber(it) }
        data["image"]?.let { address ->
            val picture = runCatching {
                URL(address).openStream().use { BitmapFactory.decodeStream(it) }
            }.getOrNull()
            picture?.let {
                drawn.setLargeIcon(it)
                drawn.setStyle(NotificationCompat.BigPictureStyle().bigPicture(it))
            }
        }
        val buttons = JSONArray(data["buttons"] ?: "[]")
        for (place in 0 until buttons.length()) {
            drawn.addAction(action(context, id, tag, open, buttons.getJSONObject(place), place))
        }
        val granted = Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU ||
            ContextCompat.checkSelfPermission(context, Manifest.permission.POST_NOTIFICATIONS) ==
            PackageManager.PERMISSION_GRANTED
        if (granted) {
            NotificationManagerCompat.from(context).notify(tag, 0, drawn.build())
            report(id, "displayed")
        }
    }

    private fun action(
        context: Context, id: String, tag: String, open: Intent, button: JSONObject, place: Int,
    ): NotificationCompat.Action {
        val title = button.getString("title")
        val code = id.hashCode() + place + 1
        val kind = button.optString("kind")
        if (kind == "text_input" || kind == "quick_reply") {
            // Answered without opening the app. What is typed comes back in the intent,
            // which has to be mutable for that.
            val text = kind == "text_input"
            val answer = Intent(context, CarillonReplies::class.java)
                .putExtra("carillon_id", id)
                .putExtra("action", button.getString("id"))
                .putExtra("tag", tag)
            val changes = if (text) PendingIntent.FLAG_MUTABLE else PendingIntent.FLAG_IMMUTABLE
            val sent = PendingIntent.getBroadcast(
                context, code, answer, PendingIntent.FLAG_UPDATE_CURRENT or changes,
            )
            val built = NotificationCompat.Action.Builder(0, title, sent)
            if (text) {
                val label = button.optString("placeholder").ifEmpty { title }
                built.addRemoteInput(RemoteInput.Builder("reply").setLabel(label).build())
            }
            return built.build()
        }
        val tapped = Intent(open)
            .putExtra("action", button.getString("id"))
            .putExtra("link", button.optString("link").ifEmpty { open.getStringExtra("link") })
        val flags = PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE
        val sent = PendingIntent.getActivity(context, code, tapped, flags)
        return NotificationCompat.Action.Builder(0, title, sent).build()
    }

    /**
     * In `onCreate` and `onNewIntent` of the activity: tells that the push was opened, and
     * gives the link to go to. Also when the system drew the notification.
     */
    fun opened(intent: Intent): String? {
        val id = intent.getStringExtra("carillon_id") ?: return null
        // Once: an activity is made anew with the same intent.
        intent.removeExtra("carillon_id")
        val action = intent.getStringExtra("action")
        report(id, if (action == null) "opened" else "action", action)
        return intent.getStringExtra("link")
    }
}

/** A quick reply, or one that was typed into the notification. */
class CarillonReplies : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val reply = RemoteInput.getResultsFromIntent(intent)?.getCharSequence("reply")
        val id = intent.getStringExtra("carillon_id")
        Carillon.report(id, "action", intent.getStringExtra("action"), reply?.toString())
        // Answered: it has done its work.
        NotificationManagerCompat.from(context).cancel(intent.getStringExtra("tag"), 0)
    }
}
