// MainActivity.kt: the parts that belong into your activity.

import android.Manifest
import android.content.Intent
import android.net.Uri
import android.os.Build
import android.os.Bundle
import androidx.activity.result.contract.ActivityResultContracts
import androidx.appcompat.app.AppCompatActivity
import com.google.firebase.messaging.FirebaseMessaging

class MainActivity : AppCompatActivity() {
    private val permission =
        registerForActivityResult(ActivityResultContracts.RequestPermission()) { register() }

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        Carillon.createChannel(this)
        register()
        follow(intent)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        setIntent(intent)
        follow(intent)
    }

    /**
     * Asks for permission. Android asks twice at most: do it when the person has just done
     * something that a push will follow up, and say before what it will be.
     */
    fun askForPermission() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            permission.launch(Manifest.permission.POST_NOTIFICATIONS)
        }
    }

    /** At each start, and once more when somebody signs in: tokens and permission change. */
    private fun register() {
        val contact = signedIn() ?: return
        FirebaseMessaging.getInstance().token.addOnSuccessListener { token ->
            Carillon.register(this, contact, "fcm", token)
        }
    }

    private fun follow(intent: Intent) {
        val link = Carillon.opened(intent) ?: return
        startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(link)))
    }

    /** Your own identifier of who is signed in. */
    private fun signedIn(): String? = TODO("your own")
}
