// CarillonAdm.kt: Amazon's part, beside Carillon.kt from the page for Android.
// Add amazon-device-messaging as compileOnly, and the app's key in assets/api_key.txt.
// Manifest, with xmlns:amazon="http://schemas.amazon.com/apk/res/android":
//   <permission android:name="${applicationId}.permission.RECEIVE_ADM_MESSAGE"
//       android:protectionLevel="signature"/>
//   <uses-permission android:name="${applicationId}.permission.RECEIVE_ADM_MESSAGE"/>
//   <uses-permission android:name="com.amazon.device.messaging.permission.RECEIVE"/>
//   and inside <application>:
//   <amazon:enable-feature android:name="com.amazon.device.messaging" android:required="false"/>
//   <service android:name=".CarillonAdm" android:exported="false"
//       android:permission="android.permission.BIND_JOB_SERVICE"/>
//   <service android:name=".CarillonAdmOlder" android:exported="false"/>
//   <receiver android:name=".CarillonAdmReceiver" android:exported="true"
//       android:permission="com.amazon.device.messaging.permission.SEND">
//     <intent-filter>
//       <action android:name="com.amazon.device.messaging.intent.REGISTRATION"/>
//       <action android:name="com.amazon.device.messaging.intent.RECEIVE"/>
//       <category android:name="${applicationId}"/>
//     </intent-filter>
//   </receiver>

import android.content.Context
import android.content.Intent
import android.util.Log
import com.amazon.device.messaging.ADM
import com.amazon.device.messaging.ADMMessageHandlerBase
import com.amazon.device.messaging.ADMMessageHandlerJobBase
import com.amazon.device.messaging.ADMMessageReceiver

class CarillonAdm : ADMMessageHandlerJobBase() {
    /** Amazon gives the registration id, or another one in its place. */
    override fun onRegistered(context: Context, registrationId: String) {
        val contact = Carillon.contact(context) ?: return
        Carillon.register(context, contact, "adm", registrationId)
    }

    override fun onUnregistered(context: Context, registrationId: String) {
        Carillon.signOut(context)
    }

    override fun onRegistrationError(context: Context, errorId: String) {
        Log.w("Carillon", "ADM gave no registration id: $errorId")
    }

    /** On Fire OS the app draws every push. */
    override fun onMessage(context: Context, intent: Intent) {
        val extras = intent.extras ?: return
        val data = extras.keySet().mapNotNull { key ->
            extras.getString(key)?.let { key to it }
        }.toMap()
        Carillon.show(context, data, MainActivity::class.java)
    }
}

/** For tablets from before Fire OS 6, which know no jobs: the same in their words. */
class CarillonAdmOlder : ADMMessageHandlerBase("CarillonAdmOlder") {
    override fun onRegistered(registrationId: String) {
        val contact = Carillon.contact(this) ?: return
        Carillon.register(this, contact, "adm", registrationId)
    }

    override fun onUnregistered(registrationId: String) = Carillon.signOut(this)

    override fun onRegistrationError(errorId: String) {
        Log.w("Carillon", "ADM gave no registration id: $errorId")
    }

    override fun onMessage(intent: Intent) {
        val extras = intent.extras ?: return
        val data = extras.keySet().mapNotNull { key ->
            extras.getString(key)?.let { key to it }
        }.toMap()
        Carillon.show(this, data, MainActivity::class.java)
    }
}

class CarillonAdmReceiver : ADMMessageReceiver(CarillonAdmOlder::class.java) {
    init {
        registerJobServiceClass(CarillonAdm::class.java, 1)
    }
}

/** At each start of the app, and when somebody signs in. */
fun registerWithAmazon(context: Context, contact: String) {
    val adm = ADM(context)
    if (!adm.isSupported) return
    val known = adm.registrationId
    if (known == null) adm.startRegister() else Carillon.register(context, contact, "adm", known)
}
