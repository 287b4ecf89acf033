// SPDX-License-Identifier: GPL-2.0-or-later
/* A driver of two terminals, the second of which comes and goes with the module. */
#include <linux/module.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_port.h>

static struct tty_driver *driver;
static struct tty_port port;

static int target_open(struct tty_struct *tty, struct file *file)
{
	return -EIO;
}

static void target_close(struct tty_struct *tty, struct file *file)
{
}

static const struct tty_operations operations = {
	.open = target_open,
	.close = target_close,
};

static int __init target_init(void)
{
	struct device *device;
	int rc;

	driver = tty_alloc_driver(2, TTY_DRIVER_DYNAMIC_DEV | TTY_DRIVER_REAL_RAW);
	if (IS_ERR(driver))
		return PTR_ERR(driver);
	driver->driver_name = "stp_terminals";
	driver->name = "ttySTP";
	driver->type = TTY_DRIVER_TYPE_SERIAL;
	driver->subtype = SERIAL_TYPE_NORMAL;
	driver->init_termios = tty_std_termios;
	tty_set_operations(driver, &operations);
	tty_port_init(&port);
	tty_port_link_device(&port, driver, 1);
	rc = tty_register_driver(driver);
	if (rc)
		goto failed;
	device = tty_register_device(driver, 1, NULL);
	if (!IS_ERR(device))
		return 0;
	rc = PTR_ERR(device);
	tty_unregister_driver(driver);
failed:
	tty_driver_kref_put(driver);
	tty_port_destroy(&port);
	return rc;
}

static void __exit target_exit(void)
{
	tty_unregister_device(driver, 1);
	tty_unregister_driver(driver);
	tty_driver_kref_put(driver);
	tty_port_destroy(&port);
}

module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a target of tty.*");
